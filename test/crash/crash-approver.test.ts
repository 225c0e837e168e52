import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashApprover } from './crash-approver.ts';

crashApprover(devnetInProcess);
