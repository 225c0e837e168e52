import { crashInUse } from '../../crash/suites/crash-in-use.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashInUse(startDevnet);
