import { crashTopUp } from '../../crash/crash-topup.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashTopUp(startDevnet, 1);
