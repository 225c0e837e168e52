import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashEnforcers } from './crash-enforcers.ts';

crashEnforcers(devnetInProcess);
