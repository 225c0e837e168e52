import { crashGc } from '../crash/crash-gc.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashGc(startDevnet);
