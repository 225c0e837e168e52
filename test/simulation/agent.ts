import { registry } from '../../src/commands/index.ts';
import type { AnyCommand } from '../../src/contract/declare/command.ts';
import { execute } from '../../src/surfaces/execute.ts';
import { ledgerConsent } from '../../src/surfaces/ledger-consent.ts';
import { silentTerminal } from '../support/approval/silent-terminal.ts';
import type { TestContext } from '../support/test-context.ts';

/** A command line, as what its flags come to. */
export interface Line {
  name: string;
  raw: Readonly<Record<string, unknown>>;
}

const loaded = new Map<string, AnyCommand>();

const commandOf = async (name: string): Promise<AnyCommand> => {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const entry = registry.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`there is no command ${name}`);
  const command = (await entry.load()).default;
  loaded.set(name, command);
  return command;
};

/** Loading takes real time, in which a devnet's clock must not run on. */
export const loadCommands = async (names: readonly string[]): Promise<void> => void (await Promise.all(names.map(commandOf)));

/** What an agent does with a line: the same road as the binary's, with nobody to be asked, and a code that is not declared is a bug. */
export const call = async ({ context }: TestContext, { name, raw }: Line): Promise<unknown> => {
  const executed = await execute({
    command: await commandOf(name),
    raw,
    contexts: { read: async () => context, change: async () => context },
    consent: async () => ledgerConsent,
    person: null,
    terminal: silentTerminal,
    dryRun: false,
    yes: false,
    approval: null,
    undeclared: 'refuse',
  });
  return executed.kind === 'result' ? executed.data : null;
};
