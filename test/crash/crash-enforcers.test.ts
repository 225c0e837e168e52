import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashEnforcers } from './suites/crash-enforcers.ts';

crashEnforcers(devnetInProcess);
