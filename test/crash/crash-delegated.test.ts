import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashDelegated } from './suites/crash-delegated.ts';

crashDelegated(devnetInProcess);
