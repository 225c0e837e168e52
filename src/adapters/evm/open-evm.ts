import { Failure } from '../../domain/failure/failure.ts';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';
import type { CreditChain } from '../../domain/topup/credit-chain.ts';
import type { Evm } from '../../ports/evm/evm.ts';
import { broadcast } from './broadcast.ts';
import { makesPayment } from './makes-payment.ts';
import { readNode } from './read-node.ts';
import { type Fetch, hostOf } from './rpc.ts';
import { sourcePrice } from './source-price.ts';

/** EVM chains over JSON-RPC. Opens no connection; ethers loads where a transaction is sent. */
export const openEvm = (setup: {
  chain: CreditChain | null;
  rpcs: readonly string[];
  fetch: Fetch;
  /** URLs of the settings. */
  priceSources(): readonly string[];
}): Evm => ({
  chain: setup.chain,
  rpcs: setup.rpcs,
  node(url) {
    requireUrl(url);
    return { url, host: hostOf(url), ...readNode(setup.fetch, url), broadcast: (transaction) => broadcast(setup.fetch, url, transaction) };
  },
  makes: makesPayment,
  prices: (token) => Promise.all(setup.priceSources().map((source) => sourcePrice(setup.fetch, source, token))),
});

/** Whoever stands on the way could answer instead of the node. */
const requireUrl = (text: string): void => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare = url !== null && url.username === '' && url.password === '';
  if (bare && (url.protocol === 'https:' || isLoopbackUrl(text))) return;
  throw new Failure('USAGE', 'Invalid --rpc: use an https URL of an EVM node without a password before its host, or http on this machine.');
};
