import { crashFunding } from '../../crash/suites/crash-funding.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashFunding(startDevnet);
