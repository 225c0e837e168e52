import * as z from 'zod';
import { vmOutput } from '../../contract/outputs/vm-output.ts';
import { anyFailure } from '../../domain/failure/any-failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { cleanUntrusted } from '../../domain/text/untrusted.ts';
import { reachedAtSafe } from '../../lifecycle/reach/reachable-vm.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Executed } from '../execute.ts';
import type { Calling } from './at-the-safe.ts';

type Raw = Calling['raw'];

const specBytes = 65_536;

/** What of the answer counts here. */
const spawned = vmOutput
  .pick({ id: true, name: true, state: true, usdPerHour: true })
  .extend({ agent: z.string(), joined: z.boolean(), agentState: z.string(), invitation: z.string().nullable() })
  .loose();

/**
 * The inputs, completed by the spec that `--from` names: what is typed goes before what the file says, and that before what settings say.
 * `USAGE` for a file that is no JSON object of this command's inputs.
 */
export const withSpec = async (context: Pick<ChangeContext, 'host'>, { raw, selection }: Calling): Promise<Raw> => {
  const { from, ...filled } = raw;
  if (from === undefined) return filled;
  const path = String(from);
  const unfit = (why: string): Failure => new Failure('USAGE', `--from ${path}: ${why}.`, { sideEffects: 'none', facts: { path } });
  const text = await context.host.files.read(path);
  if (text === null) throw unfit('there is no such file');
  if (text.length > specBytes) throw unfit(`it has ${text.length} bytes, more than ${specBytes}`);
  const spec = z.record(z.string(), z.json()).safeParse(jsonOf(new TextDecoder().decode(text)));
  if (!spec.success) throw unfit('it is no JSON object of inputs');
  const known = selection.command.inputs.map(({ key }) => key).filter((key) => key !== 'from' && key !== 'name');
  const unknown = Object.keys(spec.data).find((key) => !known.includes(key));
  if (unknown !== undefined) throw unfit(`there is no input "${unknown.slice(0, 40)}": it takes ${known.join(', ')}`);
  const typed = Object.entries(selection.raw).filter(([key, value]) => key !== 'from' && value !== undefined);
  // as the file names it, from where the file is
  const setup = typeof spec.data['setup'] === 'string' ? { setup: besidePath(path, spec.data['setup']) } : {};
  return { ...filled, ...spec.data, ...setup, ...Object.fromEntries(typed) };
};

const besidePath = (file: string, path: string): string =>
  path.startsWith('/') ? path : `${file.slice(0, file.lastIndexOf('/') + 1)}${path}`;

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** How long the child may take to join, ms: what its program has to load comes from a slow disk the first time. */
const joinsWithinMs = 60_000;

/** What a spawn fails with once its VM is there: another call than where nobody is to live in it goes on. */
export const asSpawned = (thrown: unknown): unknown => {
  if (!(thrown instanceof Failure)) return thrown;
  const again: Partial<Record<string, string>> = {
    STILL_WAITING: 'Make the same call again: it goes on with this VM, and brings its agent in.',
    SETUP_FAILED:
      'Mend it with vm exec, then make the same call again without a setup script: it goes on with this VM, and brings its agent in.',
  };
  const text = again[thrown.code];
  return text === undefined ? thrown : new Failure(thrown.code, thrown.message, { ...thrown.details, fix: agent(text) });
};

/**
 * Brings the invitation into the VM over this side's own SSH, through stdin, and has the child join there. The answer names no invitation:
 * it is the child's alone. `EXEC_FAILED` where it did not join: the VM is up then, and the same call goes on.
 */
export const joinChild = async (context: ChangeContext, executed: Executed, { warn, selection }: Calling): Promise<Executed> => {
  if (executed.kind !== 'result' || selection.dryRun) return executed;
  const { invitation, ...vm } = spawned.parse(executed.data);
  if (invitation === null) {
    if (!vm.joined) warn('CHILD_OUT', `Agent ${vm.agent} is ${vm.agentState}: ${outWords(vm.agentState)}`);
    return { ...executed, data: { ...vm, invitation: null } };
  }
  if (vm.state !== 'healthy' && vm.state !== 'unreachable') {
    warn('CHILD_OUTSIDE', `VM ${vm.name} is ${vm.state}: agent ${vm.agent} joins once the same call is made again, while the VM answers.`);
    return { ...executed, data: { ...vm, invitation: null } };
  }
  // what was lost on the way is said again: a join with the same invitation from the same place counts once
  const tell = () => toldIn(context, vm.id, invitation);
  const said = await tell()
    .then((first) => (first.exitCode === 0 ? first : tell()), tell)
    .catch((thrown: unknown) => {
      if (context.signal.aborted || codeOf(thrown) === 'HOST_KEY_CHANGED') throw thrown;
      throw outside(vm, `nobody could be told there: ${anyFailure(thrown).message}`, {});
    });
  if (said.exitCode === 0) return { ...executed, data: { ...vm, joined: true, agentState: 'joined', invitation: null } };
  const words = `"aleph-agent join" ended with ${said.exitCode} there`;
  throw outside(vm, words, { exitCode: said.exitCode, untrustedOutput: cleanUntrusted(said.stderr || said.stdout) });
};

const outWords = (state: string): string =>
  ({
    ended: 'it ended with its VM, or its time is over.',
    revoked: 'it is out for good.',
    invited: 'the owner of the safe has its invitation.',
  })[state] ?? 'the owner of the safe lets it in again.';

const codeOf = (thrown: unknown): string | null => (thrown instanceof Failure ? thrown.code : null);

const toldIn = async (context: ChangeContext, vm: string, invitation: string) => {
  const { id, account, endpoint, hostKeys } = await reachedAtSafe(context, context.safe!, vm);
  if (hostKeys.length === 0) throw new Failure('VM_NOT_READY', 'The safe has not seen the host key of the VM yet.');
  return context.shell.exec({
    ...{ vm: id, account, endpoint, stream: false, input: false, maxBytes: 2_000, signal: context.signal },
    command: ['aleph-agent', 'join', '-', '--json'],
    // the VM is paid for: its agent is waited for, however little of --timeout is left
    timeoutMs: joinsWithinMs,
    feed: (async function* () {
      yield Buffer.from(`${invitation}\n`);
    })(),
  });
};

type Vm = Pick<z.output<typeof spawned>, 'id' | 'name' | 'agent' | 'usdPerHour'>;

/** The VM is up and bills, and its agent is not in. */
const outside = (vm: Vm, why: string, facts: Record<string, unknown>): Failure =>
  new Failure('EXEC_FAILED', `VM ${vm.name} is up, and agent ${vm.agent} has not joined: ${why}. The same call goes on.`, {
    sideEffects: 'partial',
    exposureUsdPerHour: vm.usdPerHour,
    fix: agent(
      'Have aleph-agent there, then make the same call again, without a setup script.',
      'vm exec',
      vm.name,
      '--',
      'aleph-agent',
      '--version',
    ),
    facts: { id: vm.id, name: vm.name, agent: vm.agent, ...facts },
  });
