import { crashDetours } from '../../crash/suites/crash-detours.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashDetours(startDevnet);
