import type { Manifest } from '../../contract/manifest.ts';
import { commandHelp, groupHelp, rootHelp } from './help.ts';
import type { WrittenHelp } from './quick-answer.ts';

/** Every help text, for the build to write down. */
export const writeHelp = (manifest: Manifest, version: string): WrittenHelp => {
  const nouns = [...new Set(manifest.commands.flatMap(({ name }) => (name.includes(' ') ? (name.split(' ')[0] ?? '') : [])))];
  return {
    version,
    texts: {
      '': rootHelp(manifest),
      ...Object.fromEntries(nouns.map((noun) => [noun, groupHelp(manifest, noun)])),
      ...Object.fromEntries(manifest.commands.map((command) => [command.name, commandHelp(command)])),
    },
  };
};
