import { crashInUse } from '../crash/crash-in-use.ts';
import { startDevnet } from '../support/devnet-process.ts';

crashInUse(startDevnet);
