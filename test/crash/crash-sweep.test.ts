import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashSweep } from './suites/crash-sweep.ts';

crashSweep(devnetInProcess);
