import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashApprover } from './suites/crash-approver.ts';

crashApprover(devnetInProcess);
