import { Failure } from '../../domain/failure/failure.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { pollDelays } from '../operation/poll-delays.ts';

const leaseMs = 30_000;
const renewMs = 10_000;

/** Later than any lease lasts. */
const whateverIsLeft = Number.MAX_SAFE_INTEGER;

const holderName = (context: ChangeContext): string => Buffer.from(context.random.bytes(8)).toString('hex');

/**
 * Does `work` while it holds the lease on a VM, renewed as long as the work lasts, so that two processes never notify or tear down the same
 * VM side by side. `VM_BUSY` where another process holds the lease for longer than `patienceMs`.
 */
export const withLease = async <Result>(
  context: ChangeContext,
  vm: string,
  patienceMs: number,
  work: () => Promise<Result>,
): Promise<Result> => {
  const ledger = await context.ledger();
  const holder = holderName(context);
  const take = (): boolean => {
    const now = context.clock.now();
    return ledger.write('lease.take', (transaction) => transaction.lease(vm, holder, now, now + leaseMs));
  };
  const giveUpAt = context.clock.now() + patienceMs;
  const delays = pollDelays();
  while (!take()) {
    if (context.clock.now() >= giveUpAt) {
      throw new Failure('VM_BUSY', `Another process is working on VM ${shortId(vm)}.`, {
        facts: { id: shortId(vm) },
        retryAfterSeconds: leaseMs / 1000,
      });
    }
    await context.clock.wait(delays(), context.signal);
  }
  return renewed(context, { vm, holder, take }, work);
};

/**
 * Does `work` under the lease on a VM, whoever holds it: the end of a VM whose time is over waits for nobody. Whoever held it goes on, and finds
 * its row moved.
 */
export const seizeLease = async <Result>(context: ChangeContext, vm: string, work: () => Promise<Result>): Promise<Result> => {
  const ledger = await context.ledger();
  const holder = holderName(context);
  const taking = (before: number) => (): boolean =>
    ledger.write('lease.take', (transaction) => transaction.lease(vm, holder, before, context.clock.now() + leaseMs));
  taking(whateverIsLeft)();
  return renewed(context, { vm, holder, take: () => taking(context.clock.now())() }, work);
};

interface Held {
  vm: string;
  holder: string;
  take(): boolean;
}

const renewed = async <Result>(context: ChangeContext, { vm, holder, take }: Held, work: () => Promise<Result>): Promise<Result> => {
  const ledger = await context.ledger();
  const done = new AbortController();
  const renewal = renewUntil(context, done.signal, take);
  try {
    return await work();
  } finally {
    done.abort();
    await renewal;
    ledger.write('lease.release', (transaction) => transaction.release(vm, holder));
  }
};

const renewUntil = async (context: ChangeContext, done: AbortSignal, take: () => boolean): Promise<void> => {
  while (!done.aborted) {
    try {
      await context.clock.wait(renewMs, done);
    } catch {
      return;
    }
    if (done.aborted) return;
    try {
      take();
    } catch {
      // The lease outlasts three renewals, so a busy ledger gets two more tries; any other trouble reaches the work itself.
    }
  }
};
