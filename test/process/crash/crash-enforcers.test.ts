import { crashEnforcers } from '../../crash/suites/crash-enforcers.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashEnforcers(startDevnet);
