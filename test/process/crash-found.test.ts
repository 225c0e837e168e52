import { crashFound } from '../crash/crash-found.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashFound(startDevnet);
