import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashTransfer } from './crash-transfer.ts';

crashTransfer(devnetInProcess);
