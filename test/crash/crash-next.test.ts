import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashNext } from './crash-next.ts';

crashNext(devnetInProcess);
