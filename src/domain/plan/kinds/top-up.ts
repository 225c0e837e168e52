import { fixedUsd, usd } from '../../money/money.ts';
import { count, decimal, digits, exactly, list, nullable, oneOf, optional, text } from '../../stored/shape.ts';
import { amountOf, creditsFor, formatAmount, type Token, tokens, worthOf } from '../../topup/token.ts';
import { endsNothing, ofNoVm } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** Tokens that leave the account's address on an EVM chain, for credits that come to the same address. */
export interface TopUpSubject {
  account: string;
  chainId: number;
  token: Token;
  /** The token's smallest units, in digits. */
  units: string;
  /** USD a token, of when it was planned: the lower one of two sources. */
  priceUsd: string;
  /** The higher one. Absent in plans of before. */
  highPriceUsd?: string;
  /** USD for 1 ETH, in which the fee is paid; null where the settings name no sources that tell it. Absent in plans of before. */
  ethPriceUsd?: string | null;
  /** What tells one devnet from another (`networkId` of the context). Absent in plans of before. */
  networkId?: string;
  contract: string;
  /** null for the chain's own coin. */
  tokenAddress: string | null;
  /** Most that the network of the chain may take for it, wei in digits. */
  maxFeeWei: string;
  /** The nodes that are asked, as `toldUrl` tells of them: a URL may hold a key, and the ledger is no place for it. */
  rpcs: readonly string[];
  argumentsDigest: string;
  /** The operation whose stuck transaction this one takes the place of, with the same nonce: at most one of the two is ever paid. */
  replaces: string | null;
  /** The operation that an earlier call of the same began and did not end: this one goes on with it and pays nothing else. */
  goOn: string | null;
}

const weiDecimals = 18;
/** Rounded up to these: a sum that is typed. */
const shownDecimals = 4;

/** The tokens and the highest fee, each at its highest price. A fee that nobody prices is told beside the sum. */
const most = ({ units, token, priceUsd, highPriceUsd, maxFeeWei, ethPriceUsd }: TopUpSubject): string => {
  const fee = ethPriceUsd == null ? 0n : worthOf(BigInt(maxFeeWei), 'eth', ethPriceUsd);
  return fixedUsd(worthOf(BigInt(units), token, highPriceUsd ?? priceUsd) + fee, shownDecimals);
};

const feeWords = ({ maxFeeWei, ethPriceUsd }: TopUpSubject): string => {
  const fee = `${formatAmount(BigInt(maxFeeWei), weiDecimals)} ETH of fees`;
  return ethPriceUsd == null
    ? `${fee} (in no USD figure: no price of ETH is known)`
    : `${fee} (${fixedUsd(worthOf(BigInt(maxFeeWei), 'eth', ethPriceUsd), shownDecimals)} USD)`;
};

export const creditsTopup: PlanKind<TopUpSubject> = {
  takenBy: 'credits topup',
  subject: exactly({
    account: text,
    chainId: count,
    token: oneOf(...tokens),
    units: digits,
    priceUsd: decimal,
    highPriceUsd: optional(decimal),
    ethPriceUsd: optional(nullable(decimal)),
    networkId: optional(text),
    contract: text,
    tokenAddress: nullable(text),
    maxFeeWei: digits,
    rpcs: list(text),
    argumentsDigest: text,
    replaces: nullable(text),
    goOn: nullable(text),
  }),
  boundTo: ({ account, chainId, contract, tokenAddress, replaces }) => ({ account, chainId, contract, tokenAddress, replaces }),
  ends: endsNothing,
  about: ofNoVm,
  signedAs: ({ token, units, priceUsd, contract, chainId, maxFeeWei }) => ({
    kind: 'topUp',
    amount: amountOf(BigInt(units), token),
    to: contract,
    chainId: String(chainId),
    maxFeeEth: formatAmount(BigInt(maxFeeWei), weiDecimals),
    creditsUsd: usd(creditsFor(BigInt(units), token, priceUsd)),
  }),
  what: ({ subject }) => {
    const { units, token, priceUsd, contract, chainId, replaces } = subject;
    return `Pay ${amountOf(BigInt(units), token)} and at most ${feeWords(subject)} to the credit contract ${contract} on chain ${chainId}, for about ${usd(creditsFor(BigInt(units), token, priceUsd))} USD of credits${replaces === null ? '' : `, in place of the transaction of ${replaces}`}`;
  },
  mostUsd: ({ subject }) => most(subject),
  phrase: ({ subject }) => most(subject),
  summaryTellsWhy: false,
};
