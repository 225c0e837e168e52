import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashFound } from './suites/crash-found.ts';

crashFound(devnetInProcess);
