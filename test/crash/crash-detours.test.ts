import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashDetours } from './crash-detours.ts';

crashDetours(devnetInProcess);
