import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashTopUp } from './crash-topup.ts';

crashTopUp(devnetInProcess, 1);
