import * as z from 'zod';
import type { AnyCommand } from '../../contract/declare/command.ts';
import type { JoinedSafe, Reached, WireCall } from '../../contract/declare/door.ts';
import { failureIn } from '../../contract/declare/failure-in.ts';
import { isDoneByAgentsSide, isDoneHere, isLocalInput, isOnWire } from '../../contract/declare/wire.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { AnyPlan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReachAtSafe, SafeReach } from '../../ports/safe-reach.ts';
import type { Executed } from '../execute.ts';
import { parseInput } from '../parse-input.ts';
import type { CliParts } from './cli-parts.ts';
import type { Selection } from './parse/build-program.ts';

/** How the commands that reach a VM from here learn of it: by what the safe shows. */
export const reachAtSafe = (safe: JoinedSafe): SafeReach => ({
  reach: async (reference) => {
    const document = await safe.call({ command: 'vm show', input: { vm: reference }, options: {} }, () => {});
    if (!document.ok) throw failureIn(document);
    return { ...shownVm.parse(document.data), account: safe.account } as ReachAtSafe;
  },
});

/** What the whole `vm show` says of how to reach a VM. */
const shownVm = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.string(),
    ssh: z.object({ host: z.string(), port: z.int(), user: z.string() }).nullable(),
    hostKeys: z.array(z.object({ type: z.string(), key: z.string() })),
  })
  .transform(({ ssh, ...vm }) => ({ ...vm, endpoint: ssh }));

/** Where a command of a home that has joined a safe runs. `AGENT_REFUSED` for what is the owner's, or not to be done through a safe. */
export const runsAtSafe = (name: string, { agent }: Pick<JoinedSafe, 'agent'>): boolean => {
  if (isOnWire(name)) return true;
  if (isDoneByAgentsSide(name)) return false;
  throw new Failure('AGENT_REFUSED', `This home has joined a safe as agent ${agent}, and ${name} is for the owner of the safe.`, {
    sideEffects: 'none',
    fix: human('Ask the owner of the safe.'),
  });
};

const nothingHere = async (): Promise<never> => {
  throw new Error('a call at the safe uses nothing of this home');
};

/** What a call at the safe has of this home: nothing. */
export const noContexts = { read: nothingHere, change: nothingHere, close: async (): Promise<void> => {}, unheard: async () => null };

export interface Calling {
  safe: JoinedSafe;
  command: AnyCommand;
  selection: Selection;
  raw: Readonly<Record<string, unknown>>;
  /** `--task`, or what the settings or the environment of this side say. */
  task: string | null;
  timeoutMs: number;
  onPhase(reached: Reached): void;
  warn(code: string, message: string): void;
  /** What this home has: its files and its SSH, and neither key nor ledger. */
  open(): ReturnType<CliParts['open']>;
}

/**
 * Makes the call at the safe, in the place of `execute`: parsed here as always, and answered there. A setup script is read here and runs over
 * this side's own SSH.
 */
export const executeAtSafe = async (calling: Calling): Promise<Executed> =>
  calling.command.name === 'vm spawn' ? spawnAtSafe(calling) : made(calling);

const made = async (calling: Calling): Promise<Executed> => {
  const { command, raw } = calling;
  const given = parseInput(command, raw) as { setup?: string; wait?: boolean };
  const ask = (): Promise<Executed> => askSafe(calling);
  if (given.setup === undefined) return ask();
  const { setUpAtSafe } = await import('./set-up-at-the-safe.ts');
  return setUpAtSafe(calling, { file: given.setup, waits: given.wait !== false, ask });
};

/** Makes a VM with a child of this agent in it: the spec is read here, and the invitation goes into the VM from here. */
const spawnAtSafe = async (calling: Calling): Promise<Executed> => {
  const { asSpawned, joinChild, withSpec } = await import('./spawn-at-the-safe.ts');
  const contexts = calling.open();
  try {
    const context = await contexts.change();
    const whole = { ...calling, raw: await withSpec(context, calling) };
    const executed = await made(whole).catch((thrown: unknown) => {
      throw asSpawned(thrown);
    });
    return await joinChild(context, executed, whole);
  } finally {
    await contexts.close();
  }
};

const askSafe = async ({ safe, selection, raw, task, timeoutMs, onPhase, warn }: Calling): Promise<Executed> => {
  const { globals, command: described } = selection;
  for (const flag of ['network', 'account', 'payer'] as const) {
    if (globals[flag] === undefined) continue;
    throw new Failure('USAGE', `--${flag} is the safe's to say: an agent belongs to one network, account and payer.`, {
      sideEffects: 'none',
    });
  }
  const local = described.inputs.filter((field) => isLocalInput(field) && !isDoneHere(field)).find(({ key }) => raw[key] !== undefined);
  if (local !== undefined) {
    throw new Failure('USAGE', `--${local.flag} names something of this machine, which a safe does not read.`, { sideEffects: 'none' });
  }
  const options: WireCall['options'] = {
    ...(selection.dryRun ? { dryRun: true } : {}),
    ...(globals.approval === undefined ? {} : { approval: globals.approval }),
    ...(globals.purpose === undefined ? {} : { purpose: globals.purpose }),
    ...(task === null ? {} : { task }),
    timeoutSeconds: timeoutMs / 1000,
  };
  const sent = described.inputs.filter((field) => !isDoneHere(field) && raw[field.key] !== undefined);
  const input = Object.fromEntries(sent.map(({ key }) => [key, raw[key]]));
  const document = await safe.call({ command: described.name, input, options }, onPhase);
  for (const { code, message } of document.warnings ?? []) warn(code, message);
  if (!document.ok) throw failureIn(document);
  const { data, next, schema } = document;
  if (schema === 'plan@1') return { kind: 'plan', plan: planIn(data as Shown) };
  return { kind: 'result', data, next, exit: 0 };
};

type Shown = Omit<AnyPlan, 'choice' | 'failing' | 'subject'> & { crns?: string[]; why?: string; passed: number };

/** The plan that a dry run shows, as if it had been made here; it is shown and never applied. */
const planIn = ({ crns, why, passed: _, ...shown }: Shown): AnyPlan =>
  ({
    ...shown,
    ...(crns === undefined || why === undefined ? {} : { choice: { crns, why } }),
    failing: shown.checks.filter(({ ok }) => !ok),
    subject: null,
  }) as unknown as AnyPlan;
