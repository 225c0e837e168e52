import { Failure } from '../../domain/failure/failure.ts';
import { knownFailure } from '../../domain/failure/known-failure.ts';
import type { TopUpSubject } from '../../domain/plan/kinds/top-up.ts';
import { human } from '../../domain/suggest/fix.ts';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';
import { operatorOf } from '../../domain/text/operator-of.ts';
import { isWhole } from '../../domain/text/told-url.ts';
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
 * The EVM nodes to ask: those that the call names, else those of the settings. `USAGE` for none, since no stranger's node is taken unasked; for
 * more than two; and for the same one twice, which proves no more than once.
 */
export const saleNodes = (evm: Evm, named: readonly string[]): EvmNode[] => {
  const urls = named.length > 0 ? named : evm.rpcs;
  if (urls.length === 0) {
    throw new Failure('INPUT_MISSING', 'An EVM node is missing: give --rpc URL, twice where two are to agree on the receipt.', {
      fix: human('Name a node of Ethereum that you trust with --rpc URL, or for all calls.', 'config set', 'topup.rpc', 'URL,URL'),
    });
  }
  const nodes = urls.map(evm.node);
  const distinct = new Set(nodes.map((node) => witness(evm, node))).size === nodes.length;
  if (distinct && nodes.length <= mostNodes) return nodes;
  throw new Failure('USAGE', `Invalid --rpc: give one URL, or two of different hosts, not ${nodes.map(({ host }) => host).join(', ')}.`);
};

/** The nodes that an earlier call asked, where this one names none: those and no others, since fewer or other ones prove less. */
export const nodesAgain = (evm: Evm, named: readonly string[], told: readonly string[]): EvmNode[] =>
  saleNodes(evm, named.length > 0 ? named : urlsAgain(evm, [], told));

/**
 * The nodes whose words may end a top-up as unpaid: all that it was begun with, by their origins, whatever the settings name since. Where that was
 * one, another one that the call or the settings name is asked beside it. `INPUT_MISSING` where there are not two.
 */
export const provingNodes = (evm: Evm, named: readonly string[], told: readonly string[]): EvmNode[] => {
  const again = urlsAgain(evm, named, told);
  const others = [...named, ...evm.rpcs].filter((url) => !again.some((known) => isOf(known)(url)));
  const nodes = saleNodes(evm, [...again, ...others.slice(0, Math.max(0, mostNodes - again.length))]);
  if (nodes.length === mostNodes) return nodes;
  throw new Failure(
    'INPUT_MISSING',
    `Two EVM nodes of different hosts have to prove that a top-up is over: one more is missing beside ${hostsOf(again)}. Nothing changed.`,
    { fix: human('Give one more node that you trust with --rpc URL.') },
  );
};

const isOf = (told: string) => (url: string) => URL.canParse(url) && new URL(url).origin === new URL(told).origin;

const hostsOf = (urls: readonly string[]): string => urls.map((url) => new URL(url).host).join(' and ');

/** Whole URLs are not stored, since a URL may hold a key: this call or the settings name them again. */
const urlsAgain = (evm: Evm, named: readonly string[], told: readonly string[]): string[] => {
  const found = told.map((each) => [...named, ...evm.rpcs].find(isOf(each)) ?? each);
  const missing = found.filter((url) => !isWhole(url));
  if (missing.length === 0) return found;
  throw new Failure(
    'INPUT_MISSING',
    `The URL of the EVM node at ${hostsOf(missing)}, with which the top-up was begun, is not kept, since it may hold a key. Nothing changed.`,
    {
      fix: human(
        'Give each of these again with --rpc URL, or keep them in the settings, for gc as well.',
        'config set',
        'topup.rpc',
        'URL,URL',
      ),
      facts: { missing: missing.map((url) => new URL(url).origin) },
    },
  );
};

/** USD a token by both sources, the lower one first. A stablecoin needs no source; of the others two must tell nearly the same. `PRICE_UNREADABLE` otherwise. */
export const tokenPrices = async (evm: Evm, token: Token): Promise<[low: string, high: string]> => {
  if (token === 'usdc') return ['1', '1'];
  const { symbol } = tokenFacts[token];
  const [one, other] = await evm.prices(token);
  if (one === undefined || other === undefined) {
    throw new Failure('PRICE_UNREADABLE', `What ${symbol} costs is not known: the settings name no price sources. Nothing was paid.`, {
      fix: human('Name two that you trust, or pay in USDC, which needs none.', 'config set', 'topup.priceSources', 'URL,URL'),
    });
  }
  return agreed([one, other], token);
};

/** The lower price first. */
const agreed = ([one, other]: [string, string], token: Token): [low: string, high: string] => {
  if (pricesAgree(one, other)) return lowerPrice(one, other) === one ? [one, other] : [other, one];
  throw new Failure(
    'PRICE_UNREADABLE',
    `The two price sources differ by more than ${tolerancePercent} % about ${tokenFacts[token].symbol}: ${one} and ${other} USD. Nothing was paid.`,
    { fix: human('Wait until they agree, or take them out of the settings and pay in USDC.'), facts: { prices: [one, other] } },
  );
};

/**
 * USD for 1 ETH, the higher one of two sources, in which the highest fee is told; null where the settings name none. `PRICE_UNREADABLE` where they do
 * not tell, or differ: the sum that a person agrees to must not lose the fee unsaid.
 */
export const feePrice = async (evm: Evm): Promise<string | null> => higher(await evm.prices('eth'));

const higher = ([one, other]: readonly string[]): string | null =>
  one === undefined || other === undefined ? null : agreed([one, other], 'eth')[1];

/** What the ETH of a fee costs now; null where a source does not tell: most of the fee was agreed to in ETH as well. */
const feePriceNow = async (evm: Evm): Promise<string | null> => {
  const told = await evm.prices('eth').catch((thrown: unknown) => {
    if (knownFailure(thrown).code === 'PRICE_UNREADABLE') return [];
    throw thrown;
  });
  return higher(told);
};

type Priced = Pick<TopUpSubject, 'priceUsd' | 'token' | 'ethPriceUsd'>;

/** What the token costs now; `PRICE_MOVED` where it, or the ETH of the fee, cost another sum when the payment was approved. */
export const requirePrice = async (evm: Evm, { priceUsd, token, ethPriceUsd }: Priced): Promise<string> => {
  const [[now], eth] = await Promise.all([tokenPrices(evm, token), ethPriceUsd == null ? null : feePriceNow(evm)]);
  if (!pricesAgree(priceUsd, now)) throw moved(token, priceUsd, now);
  if (ethPriceUsd != null && eth !== null && !pricesAgree(ethPriceUsd, eth)) throw moved('eth', ethPriceUsd, eth);
  return now;
};

const moved = (token: Token, before: string, now: string): Failure =>
  new Failure('PRICE_MOVED', `1 ${token.toUpperCase()} was ${before} USD when this was approved, and is ${now} USD. Nothing was paid.`, {
    fix: human('Make the call again for a new plan.'),
  });
