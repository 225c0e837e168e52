import { crashFound } from '../../crash/suites/crash-found.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashFound(startDevnet);
