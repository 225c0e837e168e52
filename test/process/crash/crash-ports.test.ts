import { crashPorts } from '../../crash/suites/crash-ports.ts';
import { startDevnet } from '../../support/devnet/devnet-process.ts';

crashPorts(startDevnet);
