import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { JudgedCheck } from '../../domain/limits/judged-check.ts';
import { judged } from '../../domain/limits/judged-check.ts';
import type { KeptTransaction } from '../../domain/plan/operation-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { amountOf, formatAmount, type Token, tokenFacts } from '../../domain/topup/token.ts';
import type { EvmNode, EvmPayment, EvmView } from '../../ports/evm/evm.ts';

const weiDecimals = 18;
const eth = (wei: bigint): string => `${formatAmount(wei, weiDecimals)} ETH`;

/** What a payment would cost in fees at most, and whether it may be made. */
export interface PaymentStanding {
  view: EvmView;
  checks: JudgedCheck[];
  gasLimit: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  /** Most that the chain takes, wei. */
  feeWei: bigint;
}

const greatest = (values: readonly bigint[]): bigint => values.reduce((most, each) => (each > most ? each : most), 0n);

/** Nodes take a transaction in the place of another one only where it offers a tenth more; this is an eighth. */
const raised = (digits: string | undefined): bigint => (digits === undefined ? 0n : (BigInt(digits) * 9n) / 8n + 1n);

/** Twice the base fee outlasts six full blocks that raise it by an eighth each. */
const feesOver = (views: readonly EvmView[], replaces: KeptTransaction | null) => {
  const maxPriorityFeePerGas = greatest([
    ...views.map(({ priorityFeePerGas }) => priorityFeePerGas),
    raised(replaces?.maxPriorityFeePerGas),
  ]);
  const base = greatest(views.map(({ baseFeePerGas }) => baseFeePerGas));
  return { maxPriorityFeePerGas, maxFeePerGas: greatest([base * 2n + maxPriorityFeePerGas, raised(replaces?.maxFeePerGas)]) };
};

/** Whoever gives two nodes wants them to say the same of what does not move from one block to the next. */
const requireAlike = (nodes: readonly EvmNode[], views: readonly EvmView[]): EvmView => {
  const [first, second] = views;
  if (first === undefined) throw new Error('a payment is looked at by one node or two');
  const told = ({ chainId, nonce, contractHasCode, tokenHasCode, decimals }: EvmView): string =>
    JSON.stringify({ chainId, nonce, contractHasCode, tokenHasCode, decimals });
  if (second === undefined || told(first) === told(second)) return first;
  throw new Failure(
    'RPC_UNAVAILABLE',
    `The nodes ${nodes.map(({ host }) => host).join(' and ')} differ: ${told(first)}, ${told(second)}.`,
    {
      fix: human('Try again in a minute: one may be behind. If they still differ, name others with --rpc.'),
    },
  );
};

/**
 * Reads what the nodes say of a payment and makes every check: chain id, code, decimals, left-over allowance, balances, fee. Of two nodes the
 * dearer word counts.
 */
export const checkPayment = async (
  nodes: readonly EvmNode[],
  payment: EvmPayment,
  { token, maxFeeWei, replaces }: { token: Token; maxFeeWei: bigint; replaces: KeptTransaction | null },
): Promise<PaymentStanding> => {
  const views = await Promise.all(nodes.map((node) => node.view(payment)));
  const view = requireAlike(nodes, views);
  const { symbol, decimals } = tokenFacts[token];
  const fees = feesOver(views, replaces);
  const gasLimit = views.reduce((most, { gasLimit: gas }) => (gas !== null && gas > most ? gas : most), 0n);
  const feeWei = gasLimit * fees.maxFeePerGas;
  const least = (of: (each: EvmView) => bigint): bigint => views.map(of).reduce((low, each) => (each < low ? each : low));
  const tokens = least(({ tokenBalance }) => tokenBalance);
  const coin = least(({ coinBalance }) => coinBalance);
  const coinNeeded = feeWei + (payment.token === null ? payment.units : 0n);
  const { chainId, to, units } = payment;
  const unfit = (ok: boolean, figure: string, limit: string, message: string): JudgedCheck =>
    judged('CHAIN_UNFIT', ok, figure, limit, message);
  const sound = [
    unfit(
      view.chainId === chainId,
      String(view.chainId),
      String(chainId),
      `The node is of chain ${view.chainId}; credits are sold on chain ${chainId}.`,
    ),
    unfit(view.contractHasCode, 'none', 'code', `There is no contract at ${to} on chain ${view.chainId}.`),
    ...(payment.token === null
      ? []
      : [
          unfit(view.tokenHasCode, 'none', 'code', `There is no contract at ${payment.token} on chain ${view.chainId}.`),
          unfit(
            !view.tokenHasCode || view.decimals === decimals,
            String(view.decimals),
            String(decimals),
            `The contract at ${payment.token} has ${view.decimals} decimals, and ${symbol} has ${decimals}.`,
          ),
        ]),
    unfit(
      views.every(({ allowance }) => allowance === 0n),
      String(view.allowance),
      '0',
      `The credit contract may still take ${amountOf(view.allowance, token)} from the address by an allowance that was left over; take it back with a wallet first.`,
    ),
    unfit(
      replaces === null ? view.nonce.waiting === view.nonce.mined : replaces.nonce === view.nonce.mined,
      String(view.nonce.mined),
      String(replaces?.nonce ?? view.nonce.waiting),
      replaces === null
        ? `${view.nonce.waiting - view.nonce.mined} transactions of the address wait to be mined; a payment comes after them.`
        : `The next transaction of the address is number ${view.nonce.mined}, and the one to be replaced is number ${replaces.nonce}.`,
    ),
  ];
  const funded = [
    judged(
      'TOKENS_SHORT',
      tokens >= units,
      amountOf(tokens, token),
      amountOf(units, token),
      `The address holds ${amountOf(tokens, token)} of ${amountOf(units, token)}.`,
    ),
    judged(
      'TOKENS_SHORT',
      coin >= coinNeeded,
      eth(coin),
      eth(coinNeeded),
      `The address holds ${eth(coin)}, and ${eth(coinNeeded)} are needed, fees included.`,
    ),
  ];
  const fits = sound.every(({ ok }) => ok) && funded.every(({ ok }) => ok);
  const fee = [
    judged(
      'FEE_TOO_HIGH',
      feeWei <= maxFeeWei,
      eth(feeWei),
      eth(maxFeeWei),
      `The fee may be up to ${eth(feeWei)}; --max-fee allows ${eth(maxFeeWei)}.`,
    ),
    // asked last: it also fails for each of the reasons above
    ...(fits ? [unfit(gasLimit > 0n, 'refused', 'accepted', 'The chain would refuse the payment, and does not say why.')] : []),
  ];
  return { view, checks: [...sound, ...funded, ...fee], gasLimit, ...fees, feeWei };
};

export const failingOf = (checks: readonly JudgedCheck[]): Check[] => checks.filter(({ ok }) => !ok);
