import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashFound } from './crash-found.ts';

crashFound(devnetInProcess);
