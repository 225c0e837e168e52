import { crashApprover } from '../crash/crash-approver.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashApprover(startDevnet);
