import { devnetInProcess } from '../support/devnet-in-process.ts';
import { crashApprover } from './crash-approver.ts';

crashApprover(devnetInProcess);
