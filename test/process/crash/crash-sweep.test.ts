import { crashSweep } from '../../crash/suites/crash-sweep.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashSweep(startDevnet);
