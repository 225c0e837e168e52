import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashGc } from './suites/crash-gc.ts';

crashGc(devnetInProcess);
