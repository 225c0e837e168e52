import { Exact } from '../domain/exact.ts';
import type { OperationRecord } from '../domain/ledger-records.ts';
import { creditsOver } from '../domain/money.ts';
import type { VmRecord } from '../domain/vm-record.ts';
import type { ChangeContext } from '../ports/context.ts';
import { auditVm } from './audit.ts';
import { type ProvisionSubject, readSubject } from './provision-subject.ts';
import { signAttempt } from './sign-attempt.ts';

const failOverWithinMs = 45 * 60_000;

/**
 * After a failed attempt is proven gone: the next node of the plan, under the same approval, hold and slot. null when there is
 * none, when it is too late, or when the reason is one that another node would not mend.
 */
export const failOver = async (context: ChangeContext, operation: OperationRecord, failed: VmRecord): Promise<VmRecord | null> => {
  if (failed.ending !== 'failed' || failed.state !== 'terminated') return null;
  const subject = readSubject(operation.plan);
  const node = subject.nodes[failed.attempt];
  const now = context.clock.now();
  if (node === undefined || now - operation.startedAt > failOverWithinMs) return null;
  const { vm, message } = await signAttempt(context, subject, operation, node, failed.attempt + 1);
  const ledger = await context.ledger();
  const inserted = ledger.write('create.failover', (transaction) => {
    const again = transaction.vms({ operation: operation.id });
    if (again.some((row) => row.attempt === vm.attempt)) return null;
    // What the failed attempt may still be billed stays held on its own row; the successor's hold is what is left of the plan's.
    const successor = { ...vm, hold: remainingHold(subject, again) };
    transaction.insertVm(successor);
    transaction.insertSigned(successor.id, message);
    auditVm(context, transaction, 'create.failover', successor, {
      outcome: 'requested',
      credits: successor.hold,
      facts: { attempt: successor.attempt, after: failed.id.slice(0, 12) },
    });
    return successor;
  });
  if (inserted !== null) context.progress.phase('failedOver', { operation: operation.id, vm: inserted.id, name: inserted.name });
  return inserted ?? failed;
};

const remainingHold = (subject: ProvisionSubject, earlier: readonly VmRecord[]): bigint => {
  const whole = creditsOver(new Exact(subject.rate), subject.ttlSeconds);
  const spent = earlier.reduce((sum, row) => sum + row.hold, 0n);
  // A failed attempt's minutes come off the plan's hold, never off what the successor can really cost: the TTL is shortened by them.
  return whole > spent ? whole - spent : 0n;
};
