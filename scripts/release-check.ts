import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readFacts } from './clients/read-facts.ts';
import { placeholders, published, serverJson } from './clients/release-facts.ts';

/**
 * Nothing is published before it is known by whom, and where, nor with files of another version: `npm publish` runs this first.
 * `--publisher` asks for the first alone, before `npm run release` writes the rest.
 */
const { pack, facts } = readFacts();

const isJson = (path: string, value: object): boolean =>
  existsSync(path) && isDeepStrictEqual(JSON.parse(readFileSync(path, 'utf8')), value);

const missing = placeholders(facts);
const written = async (): Promise<string[]> => {
  const { claudeFiles } = await import('./clients/claude-files.ts');
  const plugin = (await claudeFiles()).every(({ path, text }) => readFileSync(`plugins/claude/${path}`, 'utf8') === text);
  return [
    ...(isJson('server.json', serverJson(pack, facts)) ? [] : ['server.json']),
    ...(isJson('package.json', published(pack, facts)) ? [] : ['package.json']),
    ...(plugin ? [] : ['plugins/claude']),
  ];
};

const problems =
  missing.length > 0
    ? [`release.json does not say yet: ${missing.join(', ')}.`]
    : process.argv.includes('--publisher')
      ? []
      : (await written()).map((path) => `${path} is not of this release; npm run release writes it.`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
