import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { readSetupEnd, setupLog, setupText } from '../../domain/reach/setup-text.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { cleanUntrusted } from '../../domain/text/untrusted.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ExecResult } from '../../ports/shell.ts';
import type { ReachableVm } from '../reach/reachable-vm.ts';
import type { Setup } from './read-setup.ts';
import type { SetupOutcome } from './setup-standing.ts';

const mostOutput = 4_096;
/** With less time left than SSH may take to connect, it would not be known whether the script began. */
const leastLeftMs = 10_000;

/** A VM in which a setup script runs, as its failures tell of it. */
type Named = Pick<VmRecord, 'id' | 'name' | 'state'> & { usdPerHour: string };

/** The time that a script has until `deadline` (ms). `STILL_WAITING` where it is too little to begin in. */
export const timeForSetup = ({ clock }: Pick<ChangeContext, 'clock'>, vm: Named, setup: Setup, deadline: number): number => {
  const left = (deadline - clock.now()) / (clock.pace?.() ?? 1);
  if (left < leastLeftMs) throw notBegun(vm, setup);
  return left;
};

/**
 * Runs the script in the VM over SSH, unless it began there once, and waits for its end for `timeoutMs`; the VM itself keeps the end. Fails
 * with `SETUP_FAILED` where no end was heard of, `STILL_WAITING` once the time is over.
 */
export const runSetup = async (
  context: Pick<ChangeContext, 'shell' | 'signal'>,
  vm: Named & ReachableVm,
  setup: Setup,
  timeoutMs: number,
): Promise<SetupOutcome> => {
  const request = {
    vm: vm.id,
    account: vm.account,
    endpoint: vm.endpoint,
    // through stdin: a command line shows to every user of either machine
    command: ['sh', '-s'],
    timeoutMs,
    maxBytes: mostOutput + 200,
    stream: false,
    input: false,
    feed: (async function* () {
      yield Buffer.from(setupText(shortId(vm.id), setup.script, mostOutput), 'utf8');
    })(),
    signal: context.signal,
  };
  const said = await context.shell.exec(request).catch((thrown: unknown) => {
    throw unheard(thrown, vm, setup);
  });
  const end = readSetupEnd(said.stdout, mostOutput);
  if (end === null) throw notRun(vm, setup, said);
  const { exitCode, truncated } = end;
  if (exitCode === null) throw unknownEnd(vm);
  return { exitCode, output: cleanUntrusted(end.output), truncated };
};

/** What every failure here says: the VM is up, and bills. */
const upAndBilling = (vm: Named) => ({ sideEffects: 'partial' as const, exposureUsdPerHour: vm.usdPerHour });

const factsAbout = ({ id, name, state }: Named) => ({ id: shortId(id), name, state });

/** Returns the outcome of a script that ended with 0. `SETUP_FAILED` for every other one. */
export const succeeded = (vm: Named, outcome: SetupOutcome): SetupOutcome => {
  const { exitCode, output, truncated } = outcome;
  if (exitCode === 0) return outcome;
  throw new Failure('SETUP_FAILED', `The setup script ended with exit code ${exitCode}. VM ${vm.name} is up and bills.`, {
    ...upAndBilling(vm),
    fix: agent('Read its log, then mend what is missing or destroy the VM.', 'vm exec', vm.name, '--', 'cat', setupLog(shortId(vm.id))),
    facts: { ...factsAbout(vm), exitCode, untrustedOutput: output, truncated },
  });
};

const notRun = (vm: Named, { file }: Setup, { exitCode }: ExecResult): Failure =>
  new Failure('SETUP_FAILED', `VM ${vm.name} did not run the setup script (its shell ended with ${exitCode}). It is up and bills.`, {
    ...upAndBilling(vm),
    fix: agent('Try again.', 'vm wait', vm.name, { setup: file }),
    facts: { ...factsAbout(vm), exitCode: null },
  });

/** The failure where another call runs the script. */
export const stillRunning = (vm: Named, { file }: Setup): Failure =>
  new Failure('STILL_WAITING', `The setup script of VM ${vm.name} is still running there; it continues in the background.`, {
    ...upAndBilling(vm),
    fix: agent('Go on waiting.', 'vm wait', vm.name, { setup: file }),
    facts: factsAbout(vm),
  });

const notBegun = (vm: Named, { file }: Setup): Failure =>
  new Failure('STILL_WAITING', `The setup script of VM ${vm.name} has not begun: too little of --timeout was left for it.`, {
    ...upAndBilling(vm),
    fix: agent('Run it.', 'vm wait', vm.name, { setup: file }),
    facts: factsAbout(vm),
  });

/** A script that began is not run again: what it had done by then would be done twice. */
const unknownEnd = (vm: Named): Failure =>
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
const unheard = (thrown: unknown, vm: Named, setup: Setup): unknown => {
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
