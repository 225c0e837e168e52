import { crashTransfer } from '../../crash/suites/crash-transfer.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashTransfer(startDevnet);
