import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashPorts } from './suites/crash-ports.ts';

crashPorts(devnetInProcess);
