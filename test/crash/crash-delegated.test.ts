import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashDelegated } from './crash-delegated.ts';

crashDelegated(devnetInProcess);
