import { crashSetup } from '../../crash/suites/crash-setup.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashSetup(startDevnet);
