import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashGrants } from './suites/crash-grants.ts';

crashGrants(devnetInProcess);
