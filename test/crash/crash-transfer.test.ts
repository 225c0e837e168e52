import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashTransfer } from './suites/crash-transfer.ts';

crashTransfer(devnetInProcess);
