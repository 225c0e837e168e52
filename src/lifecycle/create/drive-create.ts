import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { beginTearDown, tearDown } from '../end/tear-down.ts';
import { forgottenBy, provenGone } from '../ended/proof-of-termination.ts';
import { closeOperation, endOperation } from '../operation/end-operation.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { sendWithinMs } from '../operation/send-within-ms.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { pinOwnRoots } from '../policy/require-own-roots.ts';
import { armGuest, guestRow } from '../timers/arm-guest.ts';
import { endsUnarmedAt } from '../timers/end-unarmed.ts';
import { withLease } from '../trail/lease.ts';
import { type Dead, type Health, listedVersion, lookForHealth } from './await-healthy.ts';
import { settleRequest, settleSent } from './await-processed.ts';
import { failOver } from './fail-over.ts';
import { sendCreate } from './send-create.ts';
import { settlePrice } from './settle-price.ts';
import { stillWaiting } from './still-waiting.ts';

const requestLimitMs = 60_000;
const priceEveryMs = 5_000;
/** A node answers a notify when the VM runs. */
const notifyLimitMs = 300_000;
/** Where policy asks for a timer, a guest that could not be armed is tried again after this. */
const armAgainMs = 30_000;

/** Returns the VM that an operation is working on, its newest attempt; null where there is none. */
export const currentAttempt = (attempts: readonly VmRecord[]): VmRecord | null =>
  attempts.reduce<VmRecord | null>((newest, vm) => (newest === null || vm.attempt > newest.attempt ? vm : newest), null);

/**
 * Goes on with a create until its VM is healthy, or all its attempts are proven gone, or `deadline` (ms) has come. The same steps follow
 * from the record whether create itself calls it, a repeated create with the same request id, or `vm wait`. `fresh`: this call has itself
 * put the VM into the ledger, with the key unlocked, and nobody has sent it before. Fails with `STILL_WAITING`, `CREATE_FAILED`, `CREDITS_SHORT`, `NETWORK_REJECTED`, `NETWORK_UNAVAILABLE`,
 * `PRICE_MOVED`, `INTERRUPTED`, `ROLLBACK_INCOMPLETE`, `SSH_BLOCKED_FROM_HERE`.
 */
export const driveCreate = async (
  context: ChangeContext,
  operation: OperationRecord,
  deadline: number,
  fresh = false,
): Promise<VmRecord> => {
  // Where it comes to sending, `sendCreate` and `failOver` refuse an environment that is not to be trusted; waiting goes on in any.
  pinOwnRoots(context, await readPolicy(context, operation.account));
  for (;;) {
    const ledger = await context.ledger();
    const vm = currentAttempt(ledger.vms({ operation: operation.id }));
    if (vm === null) throw new Failure('OPERATION_NOT_FOUND', `Operation ${operation.id} has no VM.`);
    if (vm.state === 'healthy' || vm.state === 'unreachable' || vm.state === 'stopped') {
      // The process that brought the VM up died before it armed the guest, so this one does.
      if (guestRow(ledger, vm)?.state === 'wanted')
        await withLease(context, vm.id, Math.max(0, deadline - context.clock.now()), () => armGuest(context, vm));
      const endsAt = await endsUnarmedAt(context, vm);
      if (endsAt === null) return endOperation(context, operation, vm);
      if (context.clock.now() >= deadline) throw stillWaiting(vm);
      await context.clock.wait(Math.min(armAgainMs, Math.max(1, endsAt - context.clock.now())), context.signal);
      await withLease(context, vm.id, Math.max(0, deadline - context.clock.now()), async () => {
        const row = await armGuest(context, vm);
        if (row?.state !== 'armed' && context.clock.now() >= endsAt) await tearDown(context, await beginTearDown(context, vm, 'unarmed'));
      });
      continue;
    }
    if (context.clock.now() >= deadline) throw stillWaiting(vm);
    const patience = Math.max(0, deadline - context.clock.now());
    const reached = await withLease(context, vm.id, patience, () => pushAttempt(context, vm.id, deadline, fresh));
    if (reached.state === 'terminated' || reached.state === 'dormant') {
      const next = await failOver(context, operation, reached, deadline);
      if (next === null) return endOperation(context, operation, reached);
    }
    if (reached.state === 'stopping') throw rollbackIncomplete(reached);
  }
};

const rollbackIncomplete = (vm: VmRecord): Failure =>
  new Failure('ROLLBACK_INCOMPLETE', `VM ${vm.name} did not come up, and the network has not yet confirmed that it is forgotten.`, {
    sideEffects: 'unknown',
    exposureUsdPerHour: usdPerHour(new Exact(vm.rate)),
    fix: agent('Go on with the teardown.', 'vm destroy', vm.name),
    facts: { id: shortId(vm.id), name: vm.name },
  });

/** Pushes one attempt, under its lease, until it is healthy, gone, dormant or stuck in its teardown. */
const pushAttempt = async (context: ChangeContext, id: string, deadline: number, fresh: boolean): Promise<VmRecord> => {
  const over = new AbortController();
  try {
    return await pushUntil(context, { id, deadline, fresh, over: over.signal });
  } finally {
    over.abort();
  }
};

interface Push {
  id: string;
  deadline: number;
  fresh: boolean;
  /** Aborted once nobody looks at the VM any more. */
  over: AbortSignal;
}

const pushUntil = async (context: ChangeContext, { id, deadline, fresh, over }: Push): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const delays = pollDelays();
  let runningSince: number | null = null;
  let pricedAt = context.clock.now();
  let sent = false;
  let startOf: () => Dead | null = () => null;
  let known: Promise<string | null> | null = null;
  for (;;) {
    const vm = ledger.vm(id)!;
    if (vm.state === 'stopping') return tearDown(context, vm);
    if (vm.state === 'requested') {
      const first = fresh && vm.attempt === 1 && !sent;
      // Before it was ever sent no host can know of it.
      const statuses = first ? [] : await (await context.cloud()).messages.statusSoon(id);
      if (!first && (await settleRequest(context, vm, statuses)).state !== 'requested') continue;
      const unheard = !statuses.some((one) => one.status !== null && one.status !== 'unknown');
      if (unheard && !sent && context.clock.now() - vm.signedAt < sendWithinMs) {
        sent = true;
        const publication = await sendCreate(context, vm, deadline, first);
        if (publication !== null) await settleSent(context, vm, publication, fresh && vm.attempt === 1);
        continue;
      }
      if (context.clock.now() - vm.signedAt > requestLimitMs && context.clock.now() >= deadline) throw stillWaiting(vm);
    } else if (vm.state === 'provisioning') {
      const version = (): Promise<string | null> => {
        known ??= listedVersion(context, vm.node);
        return known;
      };
      // Hosts hear of a message from each other within seconds, so the price is not asked at every look.
      if (context.clock.now() - pricedAt >= priceEveryMs) {
        pricedAt = context.clock.now();
        if ((await settlePrice(context, vm)).state !== 'provisioning') continue;
      }
      const look: Health = await lookForHealth(context, vm, {
        runningSince,
        unlocked: fresh,
        notify: { limitMs: notifyLimitMs, signal: over, version },
      }).catch((problem) => giveUpOnSsh(context, vm, problem));
      runningSince = look.runningSince;
      if (look.starting !== null) startOf = heard(look.starting);
      const dead = look.dead ?? (look.vm.state === 'provisioning' ? startOf() : null);
      if (dead !== null) {
        await beginTearDown(context, look.vm, 'failed', { reason: dead });
        continue;
      }
      if (look.vm.state !== 'provisioning') {
        await armGuest(context, look.vm);
        return look.vm;
      }
      const statuses = await (await context.cloud()).messages.statusSoon(id);
      // One host's `forgotten`, with the other hosts silent, leaves doubt, and in doubt the VM is not torn down: hence a silence of 0.
      if (forgottenBy(statuses).length > 0 && provenGone(statuses, await (await context.cloud()).nodes.placement(id), () => 0)) {
        await beginTearDown(context, vm, 'rollback');
        continue;
      }
    } else {
      return vm;
    }
    if (context.clock.now() >= deadline) throw stillWaiting(vm);
    await context.clock.wait(Math.max(1, Math.min(delays(), deadline - context.clock.now())), context.signal);
  }
};

/** What a node has answered so far to a notify, which nobody waits for; it throws what the call threw. */
const heard = (starting: Promise<Dead | null>): (() => Dead | null) => {
  let said = (): Dead | null => null;
  starting.then(
    (dead) => {
      said = () => dead;
    },
    (thrown: unknown) => {
      said = () => {
        throw thrown;
      };
    },
  );
  return () => said();
};

/** Ends a create whose VM nobody can enter from here: the VM is forgotten, no other node is tried, and the failure tells the reason. */
const giveUpOnSsh = async (context: ChangeContext, vm: VmRecord, problem: unknown): Promise<never> => {
  if (problem instanceof Failure && problem.code === 'SSH_BLOCKED_FROM_HERE') {
    const ended = await tearDown(context, await beginTearDown(context, vm, 'rollback'));
    if (ended.state !== 'terminated') throw rollbackIncomplete(ended);
    await closeOperation(context, vm.operation, problem.code);
  }
  throw problem;
};
