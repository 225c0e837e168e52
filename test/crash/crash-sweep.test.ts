import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashSweep } from './crash-sweep.ts';

crashSweep(devnetInProcess);
