import { crashTransfer } from '../crash/crash-transfer.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashTransfer(startDevnet);
