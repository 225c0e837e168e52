import { describe, inputSchemaOf, outputSchemaOf } from '../../contract/describe.ts';
import type { Registered } from '../../contract/registry.ts';
import { vmBrief, vmOutput } from '../../contract/vm-output.ts';
import { exitCodes, type FailureCode, failureCodes } from '../../domain/failure-codes.ts';
import { schemaName } from '../envelope.ts';
import { commandSection } from './command-section.ts';
import { core } from './core.ts';

/** What --full adds wherever a VM is shown. */
const restOfVm = { word: 'VM…', keys: Object.keys(vmOutput.shape).filter((key) => !vmBrief.includes(key)) };

const legend = `Out: fields of \`data\` in the usual answer, then those that \`--full\` (or \`--fields\`) adds; [ ] holds the fields of each item, { } of an object.
${restOfVm.word} stands for ${restOfVm.keys.join(' ')}.`;

/** The profile in its two forms, from the registry alone: prose for models, JSON for programs. */
export const renderProfiles = async (registry: readonly Registered[]): Promise<{ file: string; text: string }[]> => {
  const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
  const described = commands.map((command) => ({ ...describe(command), output: outputSchemaOf(command), brief: command.brief }));
  const sections = described.map((command) => commandSection(command, restOfVm));
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
