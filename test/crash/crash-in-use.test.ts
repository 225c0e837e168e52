import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashInUse } from './suites/crash-in-use.ts';

crashInUse(devnetInProcess);
