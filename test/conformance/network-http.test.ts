import { networkContract } from './network-contract.ts';
import { openServed } from './open-network.ts';

networkContract('the devnet over HTTP', openServed);
