import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { otherPayer, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver } from '../../domain/money/money.ts';
import type { ProvisionSubject } from '../../domain/plan/kinds/provision.ts';
import { creationOf } from '../../domain/plan/operation-plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { payerIn } from '../account/account-rows.ts';
import { grantOf } from '../operation/grant-of.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { maySend } from '../policy/slice-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { requireHeldPublic } from './require-held-public.ts';
import { insertAttempt, signAttempt } from './sign-attempt.ts';

const failOverWithinMs = 45 * 60_000;

/** Tells whether the operation still owns its slot: no process has ended it, or destroyed its VM, meanwhile. */
const goesOn = (ledger: Pick<LedgerReader, 'operation' | 'vm'>, operation: string, failed: string): boolean => {
  const vm = ledger.vm(failed);
  return ledger.operation(operation)?.state === 'running' && vm?.state === 'terminated' && vm.ending === 'failed';
};

/**
 * Starts the next attempt after a failed one is proven gone: on the plan's next node, under the same approval, hold and slot. null when the
 * plan has no further node, when it is too late, when the account is frozen, when the payer's grant is gone, or when the operation was ended
 * meanwhile. `STILL_WAITING` while nobody tells of that grant; else it fails as `requireHeldPublic` does.
 */
export const failOver = async (
  context: ChangeContext,
  operation: OperationRecord,
  failed: VmRecord,
  deadline: number,
): Promise<VmRecord | null> => {
  const ledger = await context.ledger();
  if (!goesOn(ledger, operation.id, failed.id)) return null;
  // The signed INSTANCE of the attempt before says who pays, not a row that somebody may have edited.
  const subject = { ...creationOf(operation), payer: payerIn(ledger, failed) };
  const node = subject.nodes[failed.attempt];
  const now = context.clock.now();
  if (node === undefined || now - operation.startedAt > failOverWithinMs) return null;
  const policy = await readPolicy(context, subject.account);
  if (!maySend(ledger, policy, operation.agent, now)) return null;
  requireOwnRoots(context, policy);
  const channel = await grantOf(context, subject).catch((thrown: unknown) => onGrantProblem(thrown, failed));
  if (channel instanceof Failure) {
    context.warn(channel.code, `No other node is tried: ${channel.message}`);
    return null;
  }
  const signed = await signAttempt(context, { subject, operation, node, attempt: failed.attempt + 1, channel });
  const inserted = ledger.write('create.failover', (transaction) => {
    const { vm } = signed;
    const again = transaction.vms({ operation: operation.id });
    // Another process made the next attempt already, and that attempt counts.
    if (again.some((row) => row.attempt === vm.attempt)) return failed;
    if (!goesOn(transaction, operation.id, failed.id)) return null;
    // The failed attempt's row keeps held what it may still be billed; the successor holds what is left of the plan's hold.
    const successor = { ...vm, protected: transaction.vm(failed.id)!.protected, hold: remainingHold(subject, again) };
    insertAttempt(transaction, { ...signed, vm: successor });
    auditVm(context, transaction, 'create.failover', successor, {
      outcome: 'requested',
      credits: successor.hold,
      facts: { attempt: successor.attempt, after: shortId(failed.id), ...otherPayer(successor) },
    });
    markHead(context, transaction, { account: vm.account, network: vm.network });
    return successor;
  });
  if (inserted !== null && inserted !== failed) {
    context.progress.phase('failedOver', { operation: operation.id, vm: inserted.id, name: inserted.name });
    await requireHeldPublic(context, inserted, deadline);
  }
  return inserted;
};

/** A grant that is gone ends the create; while two hosts do not tell of it, the next attempt is put off. */
const onGrantProblem = (thrown: unknown, { name, id, state }: VmRecord): Failure => {
  const failure = passableFailure(thrown);
  if (failure.code === 'GRANT_MISSING') return failure;
  throw new Failure(
    'STILL_WAITING',
    `The first node of VM ${name} failed, and another is tried only on the payer's grant: ${failure.message}`,
    {
      sideEffects: 'unknown',
      fix: agent('Go on.', 'vm wait', name),
      facts: { id: shortId(id), name, state },
      cause: failure,
    },
  );
};

const remainingHold = (subject: ProvisionSubject, earlier: readonly VmRecord[]): bigint => {
  const whole = creditsOver(new Exact(subject.rate), subject.ttlSeconds);
  const spent = earlier.reduce((sum, row) => sum + row.hold, 0n);
  // The expiry stays the operation's, so the successor lives shorter by the failed attempt's minutes, and what is left covers it.
  return whole > spent ? whole - spent : 0n;
};
