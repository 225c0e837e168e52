import { Failure } from '../../domain/failure/failure.ts';
import type { TopUpSubject } from '../../domain/plan/kinds/top-up.ts';
import { human } from '../../domain/suggest/fix.ts';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';
import { operatorOf } from '../../domain/text/operator-of.ts';
import { type CreditChain, ethereum } from '../../domain/topup/credit-chain.ts';
import { type Token, tokenFacts } from '../../domain/topup/token.ts';
import { lowerPrice, pricesAgree, tolerancePercent } from '../../domain/topup/token-price.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Evm, EvmNode } from '../../ports/evm/evm.ts';

/** The chain on which this network sells credits. `CHAIN_UNFIT` where its settings name none. */
export const saleChain = ({ network }: Pick<ReadContext, 'network'>, { chain }: Evm): CreditChain => {
  if (chain !== null) return chain;
  throw new Failure('CHAIN_UNFIT', `The network ${network} sells no credits that this program knows of.`, {
    fix: human(
      network === 'devnet'
        ? 'Start the devnet with --evm URL of an anvil node, or give credits with devnet fund.'
        : `Say where, under networks.${network}.chain in the settings: chainId, contract and tokens.`,
    ),
  });
};

const mostNodes = 2;

/** Two ports of this machine may be one node; only where the chain is a private one does each count. */
const witness = ({ chain }: Evm, { url }: EvmNode): string =>
  chain?.chainId === ethereum.chainId && isLoopbackUrl(url) ? 'this machine' : operatorOf(url);

/**
 * The EVM nodes to ask: those that the call names, else the network's own. `USAGE` for none, since no stranger's node is taken unasked; for
 * more than two; and for the same one twice, which proves no more than once.
 */
export const saleNodes = (evm: Evm, named: readonly string[]): EvmNode[] => {
  const urls = named.length > 0 || evm.rpc === null ? named : [evm.rpc];
  if (urls.length === 0) {
    throw new Failure('INPUT_MISSING', 'An EVM node is missing: give --rpc URL, twice where two are to agree on the receipt.', {
      fix: human('Name a node of Ethereum that you trust with --rpc URL.'),
    });
  }
  const nodes = urls.map(evm.node);
  const distinct = new Set(nodes.map((node) => witness(evm, node))).size === nodes.length;
  if (distinct && nodes.length <= mostNodes) return nodes;
  throw new Failure('USAGE', `Invalid --rpc: give one URL, or two of different hosts, not ${nodes.map(({ host }) => host).join(', ')}.`);
};

/** USD a token. A stablecoin needs no source; of the others two sources must tell nearly the same. `PRICE_UNREADABLE` otherwise. */
export const tokenPrice = async (evm: Evm, token: Token): Promise<string> => {
  if (token === 'usdc') return '1';
  const { symbol } = tokenFacts[token];
  const [one, other] = await evm.prices(token);
  if (one === undefined || other === undefined) {
    throw new Failure('PRICE_UNREADABLE', `What ${symbol} costs is not known: the settings name no price sources. Nothing was paid.`, {
      fix: human('Name two that you trust, or pay in USDC, which needs none.', 'config set', 'topup.priceSources', 'URL,URL'),
    });
  }
  if (pricesAgree(one, other)) return lowerPrice(one, other);
  throw new Failure(
    'PRICE_UNREADABLE',
    `The two price sources differ by more than ${tolerancePercent} % about ${symbol}: ${one} and ${other} USD. Nothing was paid.`,
    { fix: human('Wait until they agree, or pay in USDC, which needs none.'), facts: { prices: [one, other] } },
  );
};

/** What the token costs now; `PRICE_MOVED` where it cost another sum when the payment was approved. */
export const requirePrice = async (evm: Evm, { priceUsd, token }: Pick<TopUpSubject, 'priceUsd' | 'token'>): Promise<string> => {
  const now = await tokenPrice(evm, token);
  if (pricesAgree(priceUsd, now)) return now;
  throw new Failure(
    'PRICE_MOVED',
    `1 ${token.toUpperCase()} was ${priceUsd} USD when this was approved, and is ${now} USD. Nothing was paid.`,
    { fix: human('Make the call again for a new plan.') },
  );
};
