import { describe, inputSchemaOf, outputSchemaOf } from '../../contract/describe.ts';
import type { Registered } from '../../contract/registry.ts';
import { vmBrief, vmOutput } from '../../contract/vm-output.ts';
import { exitCodes, type FailureCode, failureCodes } from '../../domain/failure-codes.ts';
import { schemaName } from '../envelope.ts';
import { commandSection, explainedFlags } from './command-section.ts';
import { core } from './core.ts';
import { outline } from './outline.ts';

/** What is shown wherever one VM is shown, and what --full adds. */
const usualOfVm = { word: 'VM', keys: vmBrief };
const restOfVm = { word: 'VM…', keys: Object.keys(vmOutput.shape).filter((key) => !vmBrief.includes(key)) };
const shorthand = { usual: usualOfVm, rest: restOfVm };

/** How naming a VM can fail, which most commands on one can. */
const whichVm = { word: 'VM?', codes: ['VM_NOT_FOUND', 'AMBIGUOUS_ID'] };

const legend = `Out: fields of \`data\` in the usual answer; after \`--full:\` those that only \`--full\` or \`--fields\` shows. [ ]: of each item; { }: of an object.
${usualOfVm.word} stands for ${usualOfVm.keys.join(' ').replace('ssh', 'ssh{host port user}')}; ${restOfVm.word} for what is not named before of ${restOfVm.keys.join(' ')}.
Fails: ${whichVm.word} stands for ${whichVm.codes.join(' ')}.`;

/** The profile in its two forms, from the registry alone: prose for models, JSON for programs. */
export const renderProfiles = async (registry: readonly Registered[]): Promise<{ file: string; text: string }[]> => {
  const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
  const described = commands.map((command) => ({ ...describe(command), output: outputSchemaOf(command), brief: command.brief }));
  const outlines = described.map(({ output, brief }) => outline(output, brief, shorthand));
  const sections = described.map((command, place) => {
    const own = outlines[place] ?? '';
    const first = outlines.indexOf(own);
    // what stands there already is named
    const output = first < place && own.length > 40 ? `as ${described[first]?.name}` : own;
    const before = described.slice(0, place);
    return commandSection(command, {
      output,
      failures: failureWords(command, before),
      explained: new Set(before.flatMap(explainedFlags)),
    });
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

/** A list this long is not repeated by a command that can fail in all of its ways. */
const longList = 12;

const failureWords = (
  { failures }: { failures: readonly string[] },
  before: readonly { name: string; failures: readonly string[] }[],
): string => {
  const like = before.find((other) => other.failures.length >= longList && other.failures.every((code) => failures.includes(code)));
  if (like !== undefined) return [`as ${like.name}`, ...failures.filter((code) => !like.failures.includes(code))].join(' ');
  const names = whichVm.codes.every((code) => failures.includes(code));
  return (names ? [whichVm.word, ...failures.filter((code) => !whichVm.codes.includes(code))] : failures).join(' ');
};
