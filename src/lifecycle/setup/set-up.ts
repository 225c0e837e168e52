import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { confirmHostKey } from '../reach/confirm-host-key.ts';
import { auditVm } from '../trail/audit.ts';
import { withLease } from '../trail/lease.ts';
import type { Setup } from './read-setup.ts';
import { runSetup, stillRunning, succeeded, timeForSetup } from './run-setup.ts';
import { endedSetup, plannedSetup, type SetupOutcome, warnOfSetup } from './setup-standing.ts';

/**
 * Runs the setup script in the VM that was made with it, unless its end is on record: start and end are committed, and the VM itself keeps
 * the end, so that a process that dies in between runs it no second time. It has a lease of its own: a destroy never waits for it. Returns
 * null, with a warning, for a VM that SSH does not reach. Fails with `USAGE` (not the script of the plan), `SETUP_FAILED`, `STILL_WAITING`
 * once `deadline` (ms) has come, `HOST_KEY_CHANGED`.
 */
export const setUp = async (context: ChangeContext, vm: VmRecord, setup: Setup, deadline: number): Promise<SetupOutcome | null> => {
  const ledger = await context.ledger();
  if (plannedSetup(ledger, vm) !== setup.digest) {
    throw new Failure('USAGE', `VM ${vm.name} was made with another setup script, or with none; ${setup.file} was not run.`, {
      fix: agent('Run it as a command of its own.', 'vm exec', vm.name, '-i', '--', 'sh', '-s'),
      facts: { id: shortId(vm.id), name: vm.name },
    });
  }
  const { endpoint } = vm;
  const earlier = endedSetup(ledger, vm, setup.digest);
  const price = usdPerHour(new Exact(vm.rate));
  if (earlier !== null) return succeeded({ ...vm, usdPerHour: price }, earlier);
  if (endpoint === null || (vm.state !== 'healthy' && vm.state !== 'unreachable')) {
    warnOfSetup(context, ledger, vm);
    return null;
  }
  const reached = { ...vm, endpoint, usdPerHour: price };
  const patience = Math.max(0, deadline - context.clock.now());
  const outcome = await withLease(context, `${vm.id}.setup`, patience, async () => {
    return endedSetup(ledger, vm, setup.digest) ?? record(context, vm, setup, await begun(context, reached, setup, deadline));
  }).catch((thrown: unknown) => {
    throw thrown instanceof Failure && thrown.code === 'VM_BUSY' ? stillRunning(reached, setup) : thrown;
  });
  return succeeded(reached, outcome);
};

/** Commits that the script begins, and runs it. */
const begun = async (
  context: ChangeContext,
  vm: VmRecord & Parameters<typeof runSetup>[1],
  setup: Setup,
  deadline: number,
): Promise<SetupOutcome> => {
  const ledger = await context.ledger();
  await confirmHostKey(context, vm);
  const left = timeForSetup(context, vm, setup, deadline);
  ledger.write('setup.begin', (transaction) =>
    auditVm(context, transaction, 'setup.begin', vm, { outcome: 'begun', facts: { digest: setup.digest } }),
  );
  return context.effect('setup.run', () => runSetup(context, vm, setup, left));
};

const record = async (context: ChangeContext, vm: VmRecord, { digest }: Setup, end: SetupOutcome): Promise<SetupOutcome> => {
  const ledger = await context.ledger();
  ledger.write('setup.ended', (transaction) =>
    auditVm(context, transaction, 'setup.ended', vm, { outcome: `exit ${end.exitCode}`, facts: { digest, exit: end.exitCode } }),
  );
  return end;
};

/** The failure of a create that still waits for its VM, whose fix goes on with the setup script, too. */
export const withSetup = (thrown: unknown, { file }: Setup): unknown => {
  const name = thrown instanceof Failure && thrown.code === 'STILL_WAITING' ? thrown.details.facts?.['name'] : undefined;
  if (!(thrown instanceof Failure) || typeof name !== 'string') return thrown;
  return new Failure(thrown.code, thrown.message, { ...thrown.details, fix: agent('Go on waiting.', 'vm wait', name, { setup: file }) });
};
