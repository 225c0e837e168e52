import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { type OperationOf, topUpOf } from '../../domain/plan/operation-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import { toldUrl } from '../../domain/text/told-url.ts';
import { amountOf, creditsFor } from '../../domain/topup/token.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { EvmNode } from '../../ports/evm/evm.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { newOperation } from '../operation/new-operation.ts';
import { refusal } from '../operation/refusal.ts';
import { keyFor } from '../operation/signer-for.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { markHead } from '../trail/audit-head.ts';
import { policyChecks } from '../trail/policy-checks.ts';
import { recordPayment } from '../transfer/record-payment.ts';
import { checkPayment, failingOf } from './check-payment.ts';
import { nodesAgain, requirePrice, saleChain } from './credit-sale.ts';
import { paymentOf } from './payment-of.ts';
import { replacedBy, type TopUpPlan, termsOf, underWay } from './plan-top-up.ts';
import { requireSettled } from './require-settled.ts';
import { type Credited, settleTopUp } from './settle-top-up.ts';
import { isPaidFor, topUpsHere } from './top-ups-here.ts';

/**
 * Buys credits exactly once: the signed transaction, with its nonce, is in the ledger before any node hears of it, and the same call,
 * `--resume` or gc go on with those very bytes. Credited is what two CCN hosts show distributed for this transaction, and nothing before.
 */
export const topUp = async (context: ChangeContext, plan: TopUpPlan, rpcs: readonly string[]): Promise<Credited> => {
  const evm = await context.evm();
  const nodes = nodesAgain(evm, rpcs, plan.subject.rpcs);
  const operation = plan.subject.goOn ?? (await begin(context, plan, nodes)).id;
  return settleTopUp(context, operation, { nodes, untilMs: deadlineOf(context) });
};

const begin = async (context: ChangeContext, plan: TopUpPlan, nodes: readonly EvmNode[]): Promise<OperationRecord> => {
  const { subject } = plan;
  const { account, token } = subject;
  requireOwnRoots(context, await readPolicy(context, account));
  const [ledger, evm] = await Promise.all([context.ledger(), context.evm()]);
  const chain = saleChain(context, evm);
  requirePinned(chain, subject);
  const payment = paymentOf(subject);
  const replaces = await replacedBy(context, subject);
  const [signer, relied, standing, price] = await Promise.all([
    context.keys.payments(keyFor(context, account).name, context.network),
    policyChecks(context, account),
    checkPayment(nodes, payment, { token, maxFeeWei: BigInt(subject.maxFeeWei), replaces }),
    requirePrice(evm, subject),
    requireClock(context),
  ]);
  const failing = failingOf([...relied, ...standing.checks]);
  if (failing.length > 0) throw refusal(failing, plan);
  const nonce = replaces?.nonce ?? standing.view.nonce.mined;
  await requireSettled(context, plan, { nodes, nonce, confirmations: chain.confirmations });
  const { gasLimit, maxFeePerGas, maxPriorityFeePerGas, view } = standing;
  const signed = await signer.signPayment({ payment, nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas });
  const transaction = {
    ...signed,
    nonce,
    after: view.block,
    maxFeePerGas: String(maxFeePerGas),
    maxPriorityFeePerGas: String(maxPriorityFeePerGas),
  };
  const rpcs = nodes.map(({ url }) => toldUrl(url));
  const operation: OperationOf<'topup'> = newOperation(
    context,
    'topup',
    { id: plan.id, terms: plan.terms, subject: { ...subject, rpcs }, transaction },
    { account, task: context.caller.task, requestId: null, argumentsDigest: subject.argumentsDigest, approval: plan.approval },
  );
  ledger.write('topup.begin', (rows) => {
    requireApproved(context, rows, plan);
    consumeApproval(context, rows, plan, operation);
    requireAlone(context, rows, operation);
    rows.insertOperation(operation);
    recordPayment(context, rows, 'topup.begin', operation, {
      outcome: 'begun',
      credits: creditsFor(BigInt(subject.units), token, price),
      facts: {
        plan: plan.id,
        transaction: signed.hash,
        nonce,
        amount: amountOf(BigInt(subject.units), token),
        contract: subject.contract,
        chainId: subject.chainId,
        rpcs,
        ...(subject.networkId === undefined ? {} : { networkId: subject.networkId }),
      },
    });
    markHead(context, rows, { account, network: context.network });
  });
  return operation;
};

/** The plan was stored meanwhile, and whoever edits it must not choose where the money goes. */
const requirePinned = ({ chainId, contract, tokens }: ReturnType<typeof saleChain>, subject: TopUpPlan['subject']): void => {
  const token = subject.token === 'eth' ? null : tokens[subject.token];
  if (chainId === subject.chainId && contract === subject.contract && token === subject.tokenAddress) return;
  throw new Failure(
    'PLAN_MOVED',
    `Credits are sold by ${contract} on chain ${chainId}, and the plan pays ${subject.contract} on chain ${subject.chainId}.`,
    {
      fix: human('Make the call again for a new plan.'),
    },
  );
};

/**
 * A payment is always approved: a plan without an approval's id was made by no person. What was approved is the plan of the trail, and its
 * id follows from every term of it, so that a stored plan which somebody edited pays nothing.
 */
const requireApproved = (context: ChangeContext, rows: LedgerTransaction, { id, approval, subject, summary }: TopUpPlan): void => {
  if (approval === null) throw new Failure('APPROVAL_NEEDED', `A person must approve this: ${summary}`);
  const { network } = context;
  const granted = rows
    .effects({ account: subject.account, network, point: 'approval.grant' })
    .map((effect) => factsOf('approval.grant', effect))
    .some((grant) => grant.approval === approval && grant.plan === id);
  if (granted && digest(termsOf(context, subject)) === id) return;
  throw new Failure('APPROVAL_EXPIRED', `Approval ${approval} is not for this plan by the audit trail. Nothing was paid.`, {
    facts: { approval },
  });
};

/** One payment at a time: two would be judged by the same balance. A replacement has the nonce of the one that it replaces, so one of them pays. */
const requireAlone = (context: ChangeContext, rows: LedgerTransaction, operation: OperationOf<'topup'>): void => {
  const { replaces } = operation.plan.subject;
  const open = topUpsHere(rows, context, { account: operation.account, state: 'running' });
  const replaced = replaces === null ? null : rows.operation(replaces);
  if (replaces !== null && replaced?.state !== 'running') {
    throw new Failure('PLAN_MOVED', `The top-up ${replaces} ended meanwhile: there is nothing left to replace. Nothing was paid.`);
  }
  const nonce = replaced === null ? null : topUpOf(replaced).transaction.nonce;
  const other = open.find((row) => topUpOf(row).transaction.nonce !== nonce && !isPaidFor(rows, context, row));
  if (other !== undefined) throw underWay(other);
};
