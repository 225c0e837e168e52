import * as z from 'zod';
import { vmOutput } from '../../contract/outputs/vm-output.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { cleanUntrusted } from '../../domain/text/untrusted.ts';
import { deadlineOf } from '../../lifecycle/operation/deadline-of.ts';
import { reachableVm } from '../../lifecycle/reach/reachable-vm.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Executed } from '../execute.ts';
import type { Calling } from './at-the-safe.ts';

type Raw = Calling['raw'];

/** What of the answer counts here. */
const spawned = vmOutput
  .pick({ id: true, name: true, state: true })
  .extend({ agent: z.string(), joined: z.boolean(), invitation: z.string().nullable() })
  .loose();

/**
 * The inputs, completed by the spec that `--from` names: what is typed goes before what the file says, and that before what settings say. `USAGE` for a
 * file that is no JSON object of this command's inputs.
 */
export const withSpec = async (context: Pick<ChangeContext, 'host'>, { raw, selection }: Calling): Promise<Raw> => {
  const { from, ...filled } = raw;
  if (from === undefined) return filled;
  const path = String(from);
  const unfit = (why: string): Failure => new Failure('USAGE', `--from ${path}: ${why}.`, { sideEffects: 'none', facts: { path } });
  const text = await context.host.files.read(path);
  if (text === null) throw unfit('there is no such file');
  const spec = z.record(z.string(), z.json()).safeParse(jsonOf(new TextDecoder().decode(text)));
  if (!spec.success) throw unfit('it is no JSON object of inputs');
  const known = selection.command.inputs.map(({ key }) => key).filter((key) => key !== 'from' && key !== 'name');
  const unknown = Object.keys(spec.data).find((key) => !known.includes(key));
  if (unknown !== undefined) throw unfit(`there is no input "${unknown.slice(0, 40)}": it takes ${known.join(', ')}`);
  const typed = Object.entries(selection.raw).filter(([key, value]) => key !== 'from' && value !== undefined);
  return { ...filled, ...spec.data, ...Object.fromEntries(typed) };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** How long the child may take to join, ms. */
const joinsWithinMs = 60_000;

/**
 * Brings the invitation into the VM over this side's own SSH, through stdin, and has the child join there. The answer names no invitation: it is the
 * child's alone. `EXEC_FAILED` where it did not join.
 */
export const joinChild = async (context: ChangeContext, executed: Executed, { warn, selection }: Calling): Promise<Executed> => {
  if (executed.kind !== 'result' || selection.dryRun) return executed;
  const { invitation, ...vm } = spawned.parse(executed.data);
  if (invitation === null) return { ...executed, data: { ...vm, invitation: null } };
  if (vm.state !== 'healthy' && vm.state !== 'unreachable') {
    warn('CHILD_OUTSIDE', `VM ${vm.name} is ${vm.state}: agent ${vm.agent} joins once the same call is made again, while the VM answers.`);
    return { ...executed, data: { ...vm, invitation: null } };
  }
  const { id, account, endpoint } = await reachableVm(context, vm.id);
  const left = (deadlineOf(context) - context.clock.now()) / (context.clock.pace?.() ?? 1);
  const said = await context.shell.exec({
    ...{ vm: id, account, endpoint, stream: false, input: false, maxBytes: 2_000, signal: context.signal },
    command: ['aleph-agent', 'join', '-', '--json'],
    timeoutMs: Math.min(joinsWithinMs, Math.max(1_000, left)),
    feed: (async function* () {
      yield Buffer.from(`${invitation}\n`);
    })(),
  });
  if (said.exitCode === 0) return { ...executed, data: { ...vm, joined: true, invitation: null } };
  throw new Failure(
    'EXEC_FAILED',
    `VM ${vm.name} is up, and agent ${vm.agent} did not join there: "aleph-agent join" ended with ${said.exitCode}.`,
    {
      sideEffects: 'partial',
      fix: agent(
        'Have aleph-agent there, by --setup or the image, then make the same call again.',
        'vm exec',
        vm.name,
        '--',
        'aleph-agent',
        '--version',
      ),
      facts: {
        id: vm.id,
        name: vm.name,
        agent: vm.agent,
        exitCode: said.exitCode,
        untrustedOutput: cleanUntrusted(said.stderr || said.stdout),
      },
    },
  );
};
