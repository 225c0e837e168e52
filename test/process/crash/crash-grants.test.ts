import { crashGrants } from '../../crash/suites/crash-grants.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashGrants(startDevnet);
