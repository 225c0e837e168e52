import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashRecover } from './suites/crash-recover.ts';

crashRecover(devnetInProcess);
