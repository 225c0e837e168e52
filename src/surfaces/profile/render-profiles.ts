import { describe, inputSchemaOf, outputSchemaOf } from '../../contract/declare/describe.ts';
import type { Registered } from '../../contract/declare/registry.ts';
import { vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { exitCodes, type FailureCode, failureCodes } from '../../domain/failure/failure-codes.ts';
import { schemaName } from '../envelope.ts';
import { commandSection } from './command-section.ts';
import { core } from './core.ts';
import { outline, type Shorthand } from './outline.ts';

/** What stands together wherever a VM, or a list, is shown. */
const usualOfVm: Shorthand = { word: 'VM', keys: vmBrief };
const restOfVm: Shorthand = { word: 'VM…', keys: Object.keys(vmOutput.shape).filter((key) => !vmBrief.includes(key)), rest: true };
const page: Shorthand = { word: 'PAGE', keys: ['count', 'total', 'nextCursor'] };
const shorthands = [usualOfVm, restOfVm, page];

const legend = `[ ] in a heading: may be left out; so may flags, unless marked required. Out: fields of \`data\` in the usual answer; after \`--full:\` those
that only \`--full\` or \`--fields\` shows. [ ]: of each item; { }: of an object. VM stands for ${usualOfVm.keys.join(' ')} (ssh: host port
user); ${restOfVm.word} for what is not named before of ${restOfVm.keys.join(' ')}; PAGE for ${page.keys.join(' ')}.`;

/** Every code once: which of them a command ends with is in its help and schema. */
const codes = (): string => {
  const byExit = [...new Set(Object.values(failureCodes).map(({ exit }) => exit))].sort((a, b) => a - b);
  const named = (exit: number): string[] => (Object.keys(failureCodes) as FailureCode[]).filter((code) => failureCodes[code].exit === exit);
  return byExit.map((exit) => `${exit}: ${named(exit).join(' ')}`).join('\n');
};

/** The profile in its two forms, from the registry alone: prose for models, JSON for programs. */
export const renderProfiles = async (registry: readonly Registered[]): Promise<{ file: string; text: string }[]> => {
  const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
  const described = commands.map((command) => ({ ...describe(command), output: outputSchemaOf(command), brief: command.brief }));
  const outlines = described.map(({ output, brief }) => outline(output, brief, shorthands));
  const sections = described.map((command, place) => {
    const own = outlines[place] ?? '';
    const first = outlines.indexOf(own);
    // what stands there already is named
    return commandSection(command, first < place && own.length > 40 ? `as ${described[first]?.name}` : own);
  });
  const markdown = [core(described), '## Every command', legend, ...sections, '## Failure codes by exit code', codes()].join('\n\n');
  const json = {
    name: 'aleph-agent',
    commands: commands.map((command) => ({
      name: command.name,
      tool: command.name.replace(/[ -]/g, '_'),
      summary: command.summary,
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
    { file: 'aleph-agent.md', text: `${markdown}\n` },
    { file: 'aleph-agent.json', text: `${JSON.stringify(json, null, 2)}\n` },
  ];
};
