import { Failure } from '../../domain/failure/failure.ts';
import type { SshEndpoint, VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { readSetupEnd, setupLog, setupText } from '../../domain/reach/setup-text.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { cleanUntrusted } from '../../domain/text/untrusted.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ExecResult } from '../../ports/shell.ts';
import { confirmHostKey } from '../reach/confirm-host-key.ts';
import { auditVm } from '../trail/audit.ts';
import { withLease } from '../trail/lease.ts';
import type { Setup } from './read-setup.ts';
import { endedSetup, plannedSetup, type SetupOutcome, warnOfSetup } from './setup-standing.ts';

const mostOutput = 4_096;
/** With less time left than SSH may take to connect, it would not be known whether the script began. */
const leastLeftMs = 10_000;

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
  if (earlier !== null) return succeeded(vm, earlier);
  if (endpoint === null || (vm.state !== 'healthy' && vm.state !== 'unreachable')) {
    warnOfSetup(context, ledger, vm);
    return null;
  }
  const patience = Math.max(0, deadline - context.clock.now());
  const outcome = await withLease(context, `${vm.id}.setup`, patience, async () => {
    return endedSetup(ledger, vm, setup.digest) ?? record(context, vm, setup, await run(context, { ...vm, endpoint }, setup, deadline));
  }).catch((thrown: unknown) => {
    throw thrown instanceof Failure && thrown.code === 'VM_BUSY' ? stillRunning(vm, setup) : thrown;
  });
  return succeeded(vm, outcome);
};

type Reached = VmRecord & { endpoint: SshEndpoint };

const run = async (context: ChangeContext, vm: Reached, setup: Setup, deadline: number): Promise<SetupOutcome> => {
  const ledger = await context.ledger();
  await confirmHostKey(context, vm);
  const left = (deadline - context.clock.now()) / (context.clock.pace?.() ?? 1);
  if (left < leastLeftMs) throw notBegun(vm, setup);
  ledger.write('setup.begin', (transaction) =>
    auditVm(context, transaction, 'setup.begin', vm, { outcome: 'begun', facts: { digest: setup.digest } }),
  );
  const request = {
    vm: vm.id,
    account: vm.account,
    endpoint: vm.endpoint,
    // through stdin: a command line shows to every user of either machine
    command: ['sh', '-s'],
    timeoutMs: left,
    maxBytes: mostOutput + 200,
    stream: false,
    input: false,
    feed: (async function* () {
      yield Buffer.from(setupText(shortId(vm.id), setup.script, mostOutput), 'utf8');
    })(),
    signal: context.signal,
  };
  const said = await context
    .effect('setup.run', () => context.shell.exec(request))
    .catch((thrown: unknown) => {
      throw unheard(thrown, vm, setup);
    });
  const end = readSetupEnd(said.stdout, mostOutput);
  if (end === null) throw notRun(vm, setup, said);
  const { exitCode, truncated } = end;
  if (exitCode === null) throw unknownEnd(vm);
  return { exitCode, output: cleanUntrusted(end.output), truncated };
};

const record = async (context: ChangeContext, vm: VmRecord, { digest }: Setup, end: SetupOutcome): Promise<SetupOutcome> => {
  const ledger = await context.ledger();
  ledger.write('setup.ended', (transaction) =>
    auditVm(context, transaction, 'setup.ended', vm, { outcome: `exit ${end.exitCode}`, facts: { digest, exit: end.exitCode } }),
  );
  return end;
};

/** What every failure here says: the VM is up, and bills. */
const upAndBilling = (vm: VmRecord) => ({ sideEffects: 'partial' as const, exposureUsdPerHour: usdPerHour(new Exact(vm.rate)) });

const factsAbout = ({ id, name, state }: VmRecord) => ({ id: shortId(id), name, state });

const succeeded = (vm: VmRecord, outcome: SetupOutcome): SetupOutcome => {
  const { exitCode, output, truncated } = outcome;
  if (exitCode === 0) return outcome;
  throw new Failure('SETUP_FAILED', `The setup script ended with exit code ${exitCode}. VM ${vm.name} is up and bills.`, {
    ...upAndBilling(vm),
    fix: agent('Read its log, then mend what is missing or destroy the VM.', 'vm exec', vm.name, '--', 'cat', setupLog(shortId(vm.id))),
    facts: { ...factsAbout(vm), exitCode, untrustedOutput: output, truncated },
  });
};

const notRun = (vm: VmRecord, { file }: Setup, { exitCode }: ExecResult): Failure =>
  new Failure('SETUP_FAILED', `VM ${vm.name} did not run the setup script (its shell ended with ${exitCode}). It is up and bills.`, {
    ...upAndBilling(vm),
    fix: agent('Try again.', 'vm wait', vm.name, { setup: file }),
    facts: { ...factsAbout(vm), exitCode: null },
  });

const stillRunning = (vm: VmRecord, { file }: Setup): Failure =>
  new Failure('STILL_WAITING', `The setup script of VM ${vm.name} is still running there; it goes on without us.`, {
    ...upAndBilling(vm),
    fix: agent('Go on waiting.', 'vm wait', vm.name, { setup: file }),
    facts: factsAbout(vm),
  });

const notBegun = (vm: VmRecord, { file }: Setup): Failure =>
  new Failure('STILL_WAITING', `The setup script of VM ${vm.name} has not begun: too little of --timeout was left for it.`, {
    ...upAndBilling(vm),
    fix: agent('Run it.', 'vm wait', vm.name, { setup: file }),
    facts: factsAbout(vm),
  });

/** A script that began is not run again: what it had done by then would be done twice. */
const unknownEnd = (vm: VmRecord): Failure =>
  new Failure(
    'SETUP_FAILED',
    `The setup script of VM ${vm.name} began, and how it ended is not known there: the VM may have restarted under it. It is not run again. The VM is up and bills.`,
    {
      ...upAndBilling(vm),
      fix: agent('Read its log, then mend what is missing or destroy the VM.', 'vm exec', vm.name, '--', 'cat', setupLog(shortId(vm.id))),
      facts: { ...factsAbout(vm), exitCode: null },
    },
  );

/** SSH did not see the script end: it may be running, or never have begun. */
const unheard = (thrown: unknown, vm: VmRecord, setup: Setup): unknown => {
  if (!(thrown instanceof Failure) || thrown.code !== 'EXEC_FAILED') return thrown;
  const reason = thrown.details.facts?.['reason'];
  if (reason === 'timeout') {
    return new Failure('STILL_WAITING', `The setup script of VM ${vm.name} may be running there, or may not have begun.`, {
      ...upAndBilling(vm),
      fix: agent('Go on: it runs once at most.', 'vm wait', vm.name, { setup: setup.file }),
      facts: factsAbout(vm),
    });
  }
  return new Failure('SETUP_FAILED', `${thrown.message} How the setup script ended is not known. VM ${vm.name} is up and bills.`, {
    ...upAndBilling(vm),
    fix: agent('Go on: it runs once at most.', 'vm wait', vm.name, { setup: setup.file }),
    facts: { ...factsAbout(vm), exitCode: null, ...(reason === undefined ? {} : { reason }) },
    cause: thrown,
  });
};

/** The failure of a create that still waits for its VM, whose fix goes on with the setup script, too. */
export const withSetup = (thrown: unknown, { file }: Setup): unknown => {
  const name = thrown instanceof Failure && thrown.code === 'STILL_WAITING' ? thrown.details.facts?.['name'] : undefined;
  if (!(thrown instanceof Failure) || typeof name !== 'string') return thrown;
  return new Failure(thrown.code, thrown.message, { ...thrown.details, fix: agent('Go on waiting.', 'vm wait', name, { setup: file }) });
};
