import { networkContract } from './network-contract.ts';
import { openInProcess } from './open-network.ts';

networkContract('the devnet in process', openInProcess);
