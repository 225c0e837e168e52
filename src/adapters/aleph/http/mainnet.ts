import { ethereum } from '../../../domain/topup/credit-chain.ts';
import type { NetworkHosts } from '../../../ports/settings.ts';

/** The public network's hosts, as the official clients name them (protocol-ccn.md §8, protocol-crn.md §1.1 and §4). */
export const mainnetHosts: NetworkHosts = {
  ccn: ['https://api.aleph.im', 'https://api2.aleph.im', 'https://api3.aleph.im'],
  crnsList: 'https://crns-list.aleph.sh',
  scheduler: 'https://scheduler.api.aleph.cloud',
  private: false,
  rpc: null,
  chain: ethereum,
  control: null,
};
