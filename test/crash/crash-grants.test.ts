import { devnetInProcess } from '../support/devnet/devnet-in-process.ts';
import { crashGrants } from './crash-grants.ts';

crashGrants(devnetInProcess);
