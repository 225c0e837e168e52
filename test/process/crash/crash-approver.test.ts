import { crashApprover } from '../../crash/suites/crash-approver.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashApprover(startDevnet);
