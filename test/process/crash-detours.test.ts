import { crashDetours } from '../crash/crash-detours.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashDetours(startDevnet);
