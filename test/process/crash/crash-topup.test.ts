import { crashTopUp } from '../../crash/suites/crash-topup.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashTopUp(startDevnet, 1);
