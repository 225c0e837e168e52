import { Failure } from '../../domain/failure/failure.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { pollDelays } from '../operation/poll-delays.ts';

const leaseMs = 30_000;
const renewMs = 10_000;

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
