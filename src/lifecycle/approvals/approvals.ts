import { planDigest } from '../../domain/approval/approval-message.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { envelopeLeft } from '../../domain/plan/envelope.ts';
import { isAboutTheSame } from '../../domain/plan/is-about-the-same.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { approvalId } from '../../domain/text/ids.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction, NewApproval } from '../../ports/ledger.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { approverOf, readApprover } from '../policy/policy-in-force.ts';
import { isSigned } from '../policy/signed-approval.ts';
import { envelopeOf } from './envelopes.ts';
import { stillWaits } from './is-about-gone.ts';
import { recordApproval } from './record-approval.ts';
import { signerNeeded } from './signer-needed.ts';

const validForMs = 24 * 3600_000;
const purposeLength = 500;

/** Returns how long an approval lasts, ms: an envelope as long as it says, everything else a day. */
const lastingMs = (plan: Plan): number => {
  const signed = signedAs(plan);
  return signed.kind === 'envelope' ? signed.envelope.forSeconds * 1000 : validForMs;
};

/**
 * Stores a plan that needs a person and returns its pending approval. The same call gets the approval that it got before, as long as the
 * plan is still about the same; otherwise that one is voided. `APPROVAL_EXPIRED` for an agent that asks again what was denied.
 */
export const requestApproval = async (context: ChangeContext, plan: Plan, argumentsDigest: string): Promise<ApprovalRecord> => {
  const account = String(plan.terms['account'] ?? '');
  const { network } = context;
  const ledger = await context.ledger();
  const now = context.clock.now();
  const networkId = requireNetworkId(context);
  return ledger.write('approval.request', (transaction) => {
    const pending = transaction
      .approvals({ state: 'pending', network, account })
      .find((row) => row.argumentsDigest === argumentsDigest && row.networkId === networkId && row.expiresAt > now);
    if (pending !== undefined && isAboutTheSame(readPlan(pending), plan)) return pending;
    if (pending !== undefined) {
      const voided: ApprovalRecord = { ...pending, state: 'void' };
      transaction.updateApproval(pending.id, voided);
      recordApproval(context, transaction, 'approval.request', voided, 'overtaken');
    }
    if (!context.caller.person) requireUndenied(transaction.approvals({ state: 'denied', network, account }), argumentsDigest, now);
    const row: NewApproval = {
      id: approvalId(context.random.bytes(5)),
      network,
      account,
      planId: plan.id,
      plan,
      argumentsDigest,
      state: 'pending',
      requestedAt: now,
      decidedAt: null,
      decidedBy: null,
      expiresAt: now + lastingMs(plan),
      usedBy: null,
      payer: String(plan.terms['payer'] ?? account),
      policyVersion: transaction.policy({ account })?.version ?? 0,
      nonce: `0x${Buffer.from(context.random.bytes(32)).toString('hex')}`,
      purpose: context.caller.purpose === null ? null : cleanUntrustedLine(context.caller.purpose).slice(0, purposeLength),
      signature: null,
      networkId,
    };
    transaction.insertApproval(row);
    recordApproval(context, transaction, 'approval.request', row, 'pending');
    return row;
  });
};

const requireNetworkId = ({ networkId, network }: Pick<ReadContext, 'networkId' | 'network'>): string => {
  if (networkId !== null) return networkId;
  throw new Failure('DEVNET_NOT_RUNNING', `No ${network} answers, and an approval is for exactly one.`, {
    fix: agent('Start one.', 'devnet up'),
  });
};

/** Refuses an agent's request that was denied, for as long as the denied approval would have lasted. */
const requireUndenied = (denied: readonly ApprovalRecord[], argumentsDigest: string, now: number): void => {
  const row = denied.find((each) => each.argumentsDigest === argumentsDigest && each.expiresAt > now);
  if (row === undefined) return;
  throw new Failure('APPROVAL_EXPIRED', `This was denied (${row.id}); it may be asked again after ${formatInstant(row.expiresAt)}.`, {
    fix: human('A person said no: do not ask the same again, ask what would be right.'),
    facts: { approval: row.id },
  });
};

/**
 * Grants an approval after a person at a terminal typed the amount. `APPROVAL_EXPIRED` when it was decided already or is too old,
 * `POLICY_REFUSED` where an approver decides.
 */
export const grantApproval = async (context: ChangeContext, id: string, decidedBy: 'terminal'): Promise<ApprovalRecord> => {
  const ledger = await context.ledger();
  await prepareSignatures(context);
  return ledger.write('approval.grant', (transaction) => {
    const now = context.clock.now();
    const row = openApproval(transaction, id, { network: context.network, now });
    const approver = signerNeeded(transaction, row, context);
    if (approver !== null) throw forApprover(row, approver);
    const granted: ApprovalRecord = { ...row, state: 'granted', decidedAt: now, decidedBy };
    transaction.updateApproval(id, granted);
    recordApproval(context, transaction, 'approval.grant', granted, decidedBy);
    return granted;
  });
};

/** The failure where the policy names an approver: a person's typing decides nothing then. */
export const forApprover = ({ id }: Pick<ApprovalRecord, 'id'>, approver: string): Failure =>
  new Failure(
    'POLICY_REFUSED',
    `Approval ${id} is decided by the signature of the approver ${approver}; what is typed here counts for nothing.`,
    {
      fix: human('The approver signs what this prints, then --signature.', 'approve', id, { show: true }),
      facts: { approval: id, approver },
    },
  );

/**
 * Returns the stored plan of a granted approval for exactly these arguments, so that the repeated command applies that plan and no new one;
 * null where none counts. Without an `id` only approvals of `account` are looked at. What was granted for one account or network counts on
 * no other, nor without the approver's signature where there is an approver.
 */
export const grantedPlan = async (
  context: ReadContext,
  argumentsDigest: string,
  id: string | null,
  account: string | null = null,
): Promise<Plan | null> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  const row =
    id === null
      ? await firstSigned(
          context,
          ledger
            .approvals({ state: 'granted', network: context.network, ...(account === null ? {} : { account }) })
            .filter((granted) => granted.argumentsDigest === argumentsDigest && granted.expiresAt > now && !isUsedUp(ledger, granted)),
        )
      : await firstSigned(context, requireGranted(here(ledger.approval(id), context.network), id, argumentsDigest, now));
  return row === undefined ? null : { ...readPlan(row), approval: row.id };
};

/** Tells whether nothing is left in an envelope: the same call then asks for another one. */
const isUsedUp = (ledger: LedgerReader, row: ApprovalRecord): boolean => {
  const envelope = envelopeOf(row);
  if (envelope === null) return false;
  const left = envelopeLeft(envelope, ledger.takes(row.id));
  return left.vms < 1 || left.credits <= 0n;
};

/** Returns the first row whose grant counts: a row that somebody set to `granted` by hand does not where an approver has to sign. */
const firstSigned = async (context: ReadContext, rows: readonly ApprovalRecord[]): Promise<ApprovalRecord | undefined> => {
  for (const row of rows) if (isSigned(row, await readApprover(context, row), context)) return row;
  return undefined;
};

/**
 * Drops an approval of another network: each network may have a clock of its own (a devnet has), and the approval expires by that of its
 * network.
 */
const here = (row: ApprovalRecord | null, network: string): ApprovalRecord | null => (row?.network === network ? row : null);

const requireGranted = (row: ApprovalRecord | null, id: string, argumentsDigest: string, now: number): ApprovalRecord[] => {
  if (row === null) throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`);
  if (row.argumentsDigest !== argumentsDigest) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} was given for another call than this one.`, { facts: { approval: id } });
  }
  if (row.state === 'pending') return [];
  if (row.state !== 'granted' || row.expiresAt <= now) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is ${row.state === 'granted' ? 'expired' : row.state}.`, {
      facts: { approval: id },
    });
  }
  return [row];
};

/**
 * Tells by the audit trail whether an approval was used: nothing can be taken out of the trail unseen, but approval rows and nonces can be.
 */
const wasUsed = (transaction: LedgerTransaction, scope: { account: string; network: string }, id: string): boolean =>
  transaction.effects({ ...scope, point: 'approval.use' }).some((effect) => factsOf('approval.use', effect).approval === id);

/**
 * Uses an approval up, in the transaction that takes the hold: once ever, for exactly the plan that was shown, and only under the
 * approver's signature where there is an approver. `APPROVAL_EXPIRED` where it does not cover the plan.
 */
export const consumeApproval = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  plan: Plan,
  { id: operation, account }: { id: string; account: string },
): void => {
  if (plan.approval === null) return;
  const now = context.clock.now();
  const row = here(transaction.approval(plan.approval), context.network);
  // The approver is that of the account that acts, never of the row's account: somebody could edit the row to name an account without an
  // approver.
  const scope = { account, network: context.network };
  const covers =
    row?.state === 'granted' && row.account === account && row.planId === plan.id && planDigest(readPlan(row)) === planDigest(plan);
  const counts = covers && row.expiresAt > now && isSigned(row, approverOf(transaction, scope, context), context);
  const unused = counts && !wasUsed(transaction, scope, row.id);
  const fresh = unused && (row.nonce === '' || transaction.useNonce(row.nonce, row.id, now));
  if (!fresh) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${plan.approval} no longer covers this plan.`, { facts: { approval: plan.approval } });
  }
  const used: ApprovalRecord = { ...row, state: 'used', usedBy: operation };
  transaction.updateApproval(row.id, used);
  recordApproval(context, transaction, 'approval.use', used, 'used');
};

/** Voids an approval whose plan no longer fits: the same call then makes a new plan and asks for it. */
export const voidApproval = async (context: ChangeContext, id: string | null): Promise<void> => {
  if (id === null) return;
  const ledger = await context.ledger();
  ledger.write('approval.use', (transaction) => {
    const row = transaction.approval(id);
    if (row?.state !== 'granted' && row?.state !== 'pending') return;
    const voided: ApprovalRecord = { ...row, state: 'void' };
    transaction.updateApproval(id, voided);
    recordApproval(context, transaction, 'approval.use', voided, 'void');
  });
};

/** Returns the approval while it can still be decided. `APPROVAL_NOT_FOUND`, `APPROVAL_EXPIRED`. */
export const openApproval = (
  ledger: Pick<LedgerTransaction, 'approval' | 'vm'>,
  id: string,
  { network, now }: { network: string; now: number },
): ApprovalRecord => {
  const row = here(ledger.approval(id), network);
  if (row === null) throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`, { facts: { approval: id } });
  if (row.state !== 'pending' || row.expiresAt <= now) {
    const word = row.state === 'pending' ? `expired at ${formatInstant(row.expiresAt)}` : `${row.state} already`;
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is ${word}.`, { facts: { approval: id } });
  }
  if (!stillWaits(ledger, row, now)) {
    throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is void: the VM that it is about is gone.`, { facts: { approval: id } });
  }
  return row;
};
