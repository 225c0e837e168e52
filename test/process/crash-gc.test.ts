import { crashGc } from '../crash/crash-gc.ts';
import { startDevnet } from '../support/devnet-process.ts';

crashGc(startDevnet);
