import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashTopUp } from './suites/crash-topup.ts';

crashTopUp(devnetInProcess, 1);
