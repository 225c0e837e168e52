import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashFunding } from './suites/crash-funding.ts';

crashFunding(devnetInProcess);
