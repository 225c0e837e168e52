import { crashDelegated } from '../../crash/suites/crash-delegated.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashDelegated(startDevnet);
