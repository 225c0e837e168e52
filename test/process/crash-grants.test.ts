import { crashGrants } from '../crash/crash-grants.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashGrants(startDevnet);
