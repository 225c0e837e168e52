import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { nearest } from '../../domain/text/nearest.ts';
import type { Described } from './describe.ts';
import type { Order } from './door.ts';
import type { InputField } from './input-fields.ts';

/**
 * Commands that are no tools: they take over this process's streams, read and write files of this machine (the keys are some), or choose the
 * account for everybody.
 */
const noTools: ReadonlySet<string> = new Set(['vm ssh', 'vm cp', 'keys use']);

/** Inputs that a tool does not take: of this process's own streams, of this machine's files, and what whoever started the server decides. */
const notTaken: ReadonlySet<string> = new Set(['stdin', 'follow', 'sshKey', 'setup', 'fix', 'task']);

/** Commands that change something only by an input that no tool takes. */
const onlyLook: ReadonlySet<string> = new Set(['doctor']);

/** An owner's commands that agents may ask for, because a person decides about each call. */
const askedFor: ReadonlySet<string> = new Set(['credits topup']);

/** What is called by programs: all commands for agents. An owner's command is no tool, for an agent would approve itself by it. */
export const isTool = ({ name, audience }: Described): boolean => (audience === 'agent' && !noTools.has(name)) || askedFor.has(name);

/** `vm create` → `vm_create`. */
export const toolName = (command: string): string => command.replaceAll(' ', '_').replaceAll('-', '_');

/** Does a tool take this input? */
export const takesInput = (key: string): boolean => !notTaken.has(key);

/** Does the command, called as a tool, change nothing? */
export const looksOnly = ({ name, safety }: Described): boolean => safety === 'read' || onlyLook.has(name);

/** The inputs that a tool takes. */
export const toolInputs = ({ inputs }: Described): InputField[] => inputs.filter(({ key }) => takesInput(key));

/** Does the tool take `timeoutSeconds`: may its call wait? */
export const waits = ({ kind, name, inputs }: Described): boolean =>
  kind === 'session' || name.endsWith(' wait') || inputs.some(({ key }) => key === 'wait');

/** The tool with this name. `USAGE` where there is none. */
export const toolCalled = (tools: readonly Described[], name: string): Described => {
  const found = tools.find((command) => toolName(command.name) === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    tools.map((command) => toolName(command.name)),
  );
  throw new Failure('USAGE', `There is no tool "${name.slice(0, 60)}". Nearest: ${near.join(', ')}.`, {
    facts: { nearest: near },
    fix: agent('See what there is.', 'commands'),
  });
};

/** How a call is to be made, beside the command's own inputs. */
const beside = { dryRun: 'boolean', approval: 'string', purpose: 'string', timeoutSeconds: 'number' } as const;

/**
 * The order that these arguments of a tool make: the command's inputs by key, and beside them `dryRun`, `approval`, `purpose` and
 * `timeoutSeconds`. `USAGE` for what a tool cannot take.
 */
export const orderOf = (command: Described, given: Readonly<Record<string, unknown>>): Order => {
  const input: Record<string, unknown> = Object.create(null);
  const order: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const type = Object.hasOwn(beside, key) ? beside[key as keyof typeof beside] : undefined;
    if (command.inputs.some((field) => field.key === key) || type === undefined) input[key] = value;
    else if (typeof value === type && (type !== 'number' || Number(value) > 0)) order[key] = value;
    else throw unfit(key, value, type === 'number' ? 'a number above 0' : type);
  }
  const refused = Object.keys(input).find((key) => !takesInput(key));
  if (refused !== undefined) throw unfit(refused, input[refused], 'nothing here: whoever starts the server, or types the line, decides it');
  if (order['dryRun'] === true && !command.dryRun) throw unfit('dryRun', true, `nothing: ${command.name} has no plan to show`);
  return { command: command.name, input: { ...input }, ...order };
};

/** The `USAGE` for a value that an input of a tool cannot be: it names the input, the value and what would be right. */
export const unfit = (key: string, value: unknown, right: string): Failure => {
  const figure = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 80);
  const message = `${key} "${figure}" is not right: it takes ${right}`;
  return new Failure('USAGE', `${message}.`, { checks: [{ code: 'USAGE', figure, limit: right, message }] });
};
