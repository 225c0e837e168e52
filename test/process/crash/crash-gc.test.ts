import { crashGc } from '../../crash/suites/crash-gc.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashGc(startDevnet);
