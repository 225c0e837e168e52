import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashInUse } from './crash-in-use.ts';

crashInUse(devnetInProcess);
