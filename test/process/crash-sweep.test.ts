import { crashSweep } from '../crash/crash-sweep.ts';
import { startDevnet } from '../support/devnet-process.ts';

crashSweep(startDevnet);
