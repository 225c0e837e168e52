import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashPorts } from './crash-ports.ts';

crashPorts(devnetInProcess);
