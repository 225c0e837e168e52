import { crashSweep } from '../crash/crash-sweep.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashSweep(startDevnet);
