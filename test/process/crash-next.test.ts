import { crashNext } from '../crash/crash-next.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashNext(startDevnet);
