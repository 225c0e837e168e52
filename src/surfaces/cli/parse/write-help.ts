import type { Manifest } from '../../../contract/declare/manifest.ts';
import { ofAgents } from '../../../contract/declare/wire.ts';
import { commandHelp, groupHelp, rootHelp } from './help.ts';
import type { WrittenHelp } from './quick-answer.ts';

/** All help texts, which the build stores for `quickAnswer`. */
export const writeHelp = (manifest: Manifest, version: string): WrittenHelp => ({
  version,
  texts: { ...groupTexts(manifest), ...Object.fromEntries(manifest.commands.map((command) => [command.name, commandHelp(command)])) },
  joined: groupTexts({ ...manifest, commands: ofAgents(manifest.commands) }),
});

/** The program's own help, and that of each group of commands. */
const groupTexts = (manifest: Manifest): Record<string, string> => {
  const groups = manifest.commands.flatMap(({ name }) => name.split(' ').map((_, place, words) => words.slice(0, place).join(' ')));
  const nouns = [...new Set(groups)].filter((group) => group !== '');
  return { '': rootHelp(manifest), ...Object.fromEntries(nouns.map((noun) => [noun, groupHelp(manifest, noun)])) };
};
