import { crashDelegated } from '../crash/crash-delegated.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashDelegated(startDevnet);
