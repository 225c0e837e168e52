import { describe, inputSchemaOf, outputSchemaOf } from '../../contract/describe.ts';
import type { Registered } from '../../contract/registry.ts';
import { vmBrief, vmOutput } from '../../contract/vm-output.ts';
import { exitCodes, type FailureCode, failureCodes } from '../../domain/failure-codes.ts';
import { schemaName } from '../envelope.ts';
import { commandSection, noSuchVm } from './command-section.ts';
import { core } from './core.ts';
import { outline } from './outline.ts';

/** What --full adds wherever a VM is shown. */
const restOfVm = { word: 'VM…', keys: Object.keys(vmOutput.shape).filter((key) => !vmBrief.includes(key)) };

const legend = `Out: fields of \`data\` in the usual answer; after \`--full:\` those that only \`--full\` or \`--fields\` shows. [ ]: of each item; { }: of an object.
Fails: ${noSuchVm.word} stands for ${noSuchVm.codes.join(' ')}.
${restOfVm.word} stands for what is not named before of ${restOfVm.keys.join(' ')}.`;

/** The profile in its two forms, from the registry alone: prose for models, JSON for programs. */
export const renderProfiles = async (registry: readonly Registered[]): Promise<{ file: string; text: string }[]> => {
  const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
  const described = commands.map((command) => ({ ...describe(command), output: outputSchemaOf(command), brief: command.brief }));
  const outlines = described.map(({ output, brief }) => outline(output, brief, restOfVm));
  const sections = described.map((command, place) => {
    const own = outlines[place] ?? '';
    const first = outlines.indexOf(own);
    // what stands there already is named
    return commandSection(command, first < place && own.length > 40 ? `as ${described[first]?.name}` : own);
  });
  const markdown = [core(described), '## Every command', legend, ...sections].join('\n\n');
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
