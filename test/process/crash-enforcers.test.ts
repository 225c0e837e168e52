import { crashEnforcers } from '../crash/crash-enforcers.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashEnforcers(startDevnet);
