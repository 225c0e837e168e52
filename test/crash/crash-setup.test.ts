import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashSetup } from './suites/crash-setup.ts';

crashSetup(devnetInProcess);
