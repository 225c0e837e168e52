import { crashDetours } from '../crash/crash-detours.ts';
import { startDevnet } from '../support/devnet-process.ts';

crashDetours(startDevnet);
