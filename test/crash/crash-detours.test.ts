import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashDetours } from './suites/crash-detours.ts';

crashDetours(devnetInProcess);
