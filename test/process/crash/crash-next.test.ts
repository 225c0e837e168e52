import { crashNext } from '../../crash/suites/crash-next.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashNext(startDevnet);
