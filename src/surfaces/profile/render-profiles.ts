import type { AnyCommand } from '../../contract/declare/command.ts';
import { describe, inputSchemaOf, outputSchemaOf } from '../../contract/declare/describe.ts';
import type { Registered } from '../../contract/declare/registry.ts';
import { isOnWire, ofAgents } from '../../contract/declare/wire.ts';
import { exitCodes, type FailureCode, failureCodes } from '../../domain/failure/failure-codes.ts';
import { schemaName } from '../envelope.ts';
import { commandLine, commandSection } from './command-section.ts';
import { core } from './core.ts';
import { outline } from './outline.ts';
import { type Chapter, type Outlined, skillChapter, skillFile } from './skill.ts';

const legend = `[ ] in a heading: may be left out; so may flags, unless marked required. Out: fields of \`data\` in the usual answer; after \`--full:\` those
that only \`--full\` or \`--fields\` shows. [ ] there: of each item; { }: of an object.`;

const forOwners = `# aleph-agent, for the owner

You own the account: with these commands you make its keys, set its limits, approve what passes them, let this machine end expired VMs,
export the audit trail, and try everything on a network without money. What an agent calls, and you as well, is in aleph-agent.md.
Generated from the program itself: what is in neither does not exist.`;

const ownersLegend = `With these the owner sets up keys and limits, approves, and keeps gc running. Tell the person which one is needed; run it yourself only
when told to, or on a devnet. Their flags are in profiles/owner.md and in \`--help\`.`;

/** Every failure code once; a command's help and schema say which of them it ends with. */
const codes = (): string => {
  const byExit = [...new Set(Object.values(failureCodes).map(({ exit }) => exit))].sort((a, b) => a - b);
  const named = (exit: number): string[] => (Object.keys(failureCodes) as FailureCode[]).filter((code) => failureCodes[code].exit === exit);
  return byExit.map((exit) => `${exit}: ${named(exit).join(' ')}`).join('\n');
};

/** Each command in full; an output outline that an earlier command has is replaced by that command's name. */
const sections = (commands: readonly Outlined[]): string[] =>
  commands.map((command, place) => {
    const first = commands.findIndex(({ outline }) => outline === command.outline);
    return commandSection(command, first < place && command.outline.length > 40 ? `as ${commands[first]?.name}` : command.outline);
  });

const loaded = (registry: readonly Registered[]): Promise<AnyCommand[]> =>
  Promise.all(registry.map(async ({ load }) => (await load()).default));

const outlinedOf = (command: AnyCommand): Outlined => ({
  ...describe(command),
  outline: outline(outputSchemaOf(command), command.brief),
});

/** The skill's own file, and its chapters, of this version. */
export const renderSkill = async (
  registry: readonly Registered[],
  joined = false,
): Promise<{ file: string; chapters: Record<Chapter, string> }> => {
  const outlined = (await loaded(joined ? ofAgents(registry) : registry)).map(outlinedOf);
  const where = joined ? 'joined' : 'own';
  return {
    file: skillFile(),
    chapters: {
      core: skillChapter('core', outlined, where),
      spend: skillChapter('spend', outlined, where),
      debug: skillChapter('debug', outlined, where),
    },
  };
};

/**
 * Makes the profiles from the registry alone: prose for agents, prose for the owner, JSON for programs. Where the home has joined a safe there is
 * no owner, and none of an owner's commands.
 */
export const renderProfiles = async (registry: readonly Registered[], joined = false): Promise<{ file: string; text: string }[]> => {
  const commands = await loaded(joined ? ofAgents(registry) : registry);
  const outlined = commands.map(outlinedOf);
  const agents = outlined.filter(({ audience, name }) => audience === 'agent' || (joined && isOnWire(name)));
  const owners = outlined.filter(({ audience }) => audience === 'owner');
  const forAgent = [
    core(agents, joined ? 'joined' : 'own'),
    '## Every command',
    legend,
    ...sections(agents),
    ...(joined ? [] : ["## The owner's commands", ownersLegend, owners.map(commandLine).join('\n')]),
    '## Failure codes by exit code',
    codes(),
  ];
  const forOwner = [forOwners, '## Every command', legend, ...sections(owners)];
  const json = {
    name: 'aleph-agent',
    commands: commands.map((command) => ({
      name: command.name,
      tool: command.name.replace(/[ -]/g, '_'),
      summary: command.summary,
      audience: command.audience,
      kind: command.kind,
      safety: command.safety,
      schema: schemaName(command.name),
      positionals: command.positionals ?? [],
      input: inputSchemaOf(command),
      output: outputSchemaOf(command),
      ...(command.brief === undefined ? {} : { usual: command.brief }),
      failures: command.failures,
      examples: command.examples,
    })),
    exitCodes,
    failures: Object.fromEntries((Object.keys(failureCodes) as FailureCode[]).map((code) => [code, failureCodes[code]])),
  };
  return [
    { file: 'aleph-agent.md', text: `${forAgent.join('\n\n')}\n` },
    ...(joined ? [] : [{ file: 'owner.md', text: `${forOwner.join('\n\n')}\n` }]),
    { file: 'aleph-agent.json', text: `${JSON.stringify(json, null, 2)}\n` },
  ];
};
