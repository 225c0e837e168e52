import { crashInUse } from '../crash/crash-in-use.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashInUse(startDevnet);
