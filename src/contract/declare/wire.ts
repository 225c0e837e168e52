import type { Slice } from '../../domain/agents/slice.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { CommandName } from '../../domain/suggest/command-name.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { Described } from './describe.ts';
import type { InputField } from './input-fields.ts';

/** What every agent may call through a safe (safe.md §4). */
const usual: ReadonlySet<CommandName> = new Set<CommandName>([
  'status',
  'whoami',
  'credits balance',
  'credits history',
  'credits prices',
  'credits estimate',
  'crns ls',
  'crns show',
  'crns check',
  'vm create',
  'vm ls',
  'vm show',
  'vm wait',
  'vm extend',
  'vm destroy',
  'vm redeploy',
  'vm protect',
  'vm port ls',
  'vm port add',
  'vm port rm',
  'vm start',
  'vm stop',
  'vm reboot',
  'approvals ls',
  'approvals show',
  'approvals wait',
  'deny',
]);

/** What an agent may call where its slice says so; never anything that is in neither list. */
export const grantable = ['vm reinstall', 'vm logs', 'vm spawn'] as const satisfies readonly CommandName[];

/** Inputs that name a file, a folder or a host of the machine where they are read: on the agent's side alone, never in a safe. */
export const isLocalInput = ({ key, unit }: Pick<InputField, 'key' | 'unit'>): boolean =>
  unit === 'FILE' || key === 'sshKey' || key === 'follow' || key === 'stdin';

/** Inputs among them that the agent's side sees to by itself, before the safe is asked or once it has answered. */
export const isDoneHere = ({ key }: Pick<InputField, 'key'>): boolean => key === 'setup' || key === 'from';

/** What the safe does over its own SSH for agents that cannot, where their slice says so; who has SSH does it from where it is. */
export const bySafe = 'vm exec' satisfies CommandName;

/** What the safe keeps at most of each stream of a command that it runs for an agent. */
const mostExecBytes = 65_536;

/** Commands that need neither key nor ledger: they run where they are typed, joined or not. */
const here: ReadonlySet<CommandName> = new Set<CommandName>([
  'vm exec',
  'vm ssh',
  'vm cp',
  'join',
  'leave',
  'serve status',
  'schema',
  'commands',
  'errors',
  'exit-codes',
  'completion',
  'profile',
  'skill get',
  'skill install',
  'plugin',
  'mcp',
  'call',
  'demo',
  'crash-test',
  'config get',
  'config set',
  'config ls',
  'config explain',
]);

/** Does a program whose home has joined a safe do the command itself? */
export const isDoneByAgentsSide = (name: string): boolean => here.has(name as CommandName);

/** May the agent call the command through its safe? */
export const mayCall = (name: string, { commands, exec }: Pick<Slice, 'commands' | 'exec'>): boolean =>
  usual.has(name as CommandName) || (grantable.some((one) => one === name) && commands.includes(name)) || (name === bySafe && exec);

/** Commands that the program itself has a safe do, where its home has joined one. */
export const isOnWire = (name: string): boolean => usual.has(name as CommandName) || grantable.some((one) => one === name);

/** The commands of a home that has joined a safe: what the safe does for every agent, and what needs none. `whoami` names what an owner granted beside. */
export const ofAgents = <Command extends { name: string }>(commands: readonly Command[]): Command[] =>
  commands.filter(({ name }) => usual.has(name as CommandName) || isDoneByAgentsSide(name));

const refused = (message: string, right: string, figure: string): Failure =>
  new Failure('USAGE', message, { sideEffects: 'none', checks: [{ code: 'USAGE', figure: figure.slice(0, 80), limit: right, message }] });

const hash = /^[0-9a-f]{6,64}$/;

/**
 * Checks what came over the wire for a command, beyond its schema: only inputs that the command has, none that names something of the safe's
 * machine, nodes by hash alone, images from the pinned list. `AGENT_REFUSED` for what the slice does not allow; `USAGE`.
 */
export const checkWireInput = (command: Described, input: Readonly<Record<string, unknown>>, slice: Slice): void => {
  if (!mayCall(command.name, slice)) {
    throw new Failure('AGENT_REFUSED', `This agent may not call ${command.name}.`, {
      sideEffects: 'none',
      fix: isOnWire(command.name)
        ? human(`The owner of the safe grants it: agents limit NAME --commands "${command.name}".`)
        : human('Ask the owner of the safe.'),
    });
  }
  const known = command.inputs.filter((field) => !isLocalInput(field)).map(({ key }) => key);
  const unknown = Object.keys(input).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw refused(
      `${command.name} takes no "${unknown.slice(0, 40)}" through a safe: it takes ${known.join(', ')}.`,
      known.join(', '),
      unknown,
    );
  }
  const { crn, image, acceptTerms, maxBytes } = input;
  if (typeof crn === 'string' && crn !== 'auto' && !hash.test(crn)) {
    throw refused(`crn "${crn.slice(0, 60)}" is not right: through a safe it is auto or a hash.`, 'auto or a hash', crn);
  }
  if (typeof image === 'string' && hash.test(image)) {
    throw refused('image is not right: through a safe it is one of the named images.', 'a name', image);
  }
  if (command.name === bySafe && typeof maxBytes === 'number' && maxBytes > mostExecBytes) {
    throw refused(
      `maxBytes ${maxBytes} is too much: through a safe it is at most ${mostExecBytes}.`,
      String(mostExecBytes),
      String(maxBytes),
    );
  }
  if (acceptTerms === true && !slice.terms) {
    throw new Failure('AGENT_REFUSED', 'This agent may not agree to the terms of a node.', { sideEffects: 'none' });
  }
};
