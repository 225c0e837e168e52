import { usd } from '../../money/money.ts';
import { count, decimal, digits, exactly, list, nullable, oneOf, text } from '../../stored/shape.ts';
import { amountOf, creditsFor, formatAmount, type Token, tokens, worthOf } from '../../topup/token.ts';
import type { PlanKind } from '../plan-kind.ts';
import { endsNothing, ofNoVm } from './plain-kind.ts';

/** Tokens that leave the account's address on an EVM chain, for credits that come to the same address. */
export interface TopUpSubject {
  account: string;
  chainId: number;
  token: Token;
  /** The token's smallest units, in digits. */
  units: string;
  /** USD a token, of when it was planned. */
  priceUsd: string;
  contract: string;
  /** null for the chain's own coin. */
  tokenAddress: string | null;
  /** Most that the network of the chain may take for it, wei in digits. */
  maxFeeWei: string;
  /** URLs of the nodes that are asked. */
  rpcs: readonly string[];
  argumentsDigest: string;
  /** The operation whose stuck transaction this one takes the place of, with the same nonce: at most one of the two is ever paid. */
  replaces: string | null;
  /** The operation that an earlier call of the same began and did not end: this one goes on with it and pays nothing else. */
  goOn: string | null;
}

const weiDecimals = 18;

const worth = ({ units, token, priceUsd }: TopUpSubject): string => usd(worthOf(BigInt(units), token, priceUsd));

export const creditsTopup: PlanKind<TopUpSubject> = {
  takenBy: 'credits topup',
  subject: exactly({
    account: text,
    chainId: count,
    token: oneOf(...tokens),
    units: digits,
    priceUsd: decimal,
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
  what: ({ subject: { units, token, priceUsd, contract, chainId, maxFeeWei, replaces } }) =>
    `Pay ${amountOf(BigInt(units), token)} and at most ${formatAmount(BigInt(maxFeeWei), weiDecimals)} ETH of fees to the credit contract ${contract} on chain ${chainId}, for about ${usd(creditsFor(BigInt(units), token, priceUsd))} USD of credits${replaces === null ? '' : `, in place of the transaction of ${replaces}`}`,
  mostUsd: ({ subject }) => worth(subject),
  phrase: ({ subject }) => worth(subject),
  summaryTellsWhy: false,
};
