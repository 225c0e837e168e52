import { crashRecover } from '../../crash/suites/crash-recover.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashRecover(startDevnet);
