import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashGc } from './crash-gc.ts';

crashGc(devnetInProcess);
