import { crashPorts } from '../crash/crash-ports.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';

crashPorts(startDevnet);
