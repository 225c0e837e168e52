import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashNext } from './suites/crash-next.ts';

crashNext(devnetInProcess);
