import { readFileSync, writeFileSync } from 'node:fs';
import { readFacts } from './clients/read-facts.ts';
import { published, serverJson } from './clients/release-facts.ts';

/**
 * Part of `npm run release`, after the version is set: writes what names publisher and version. It belongs into the commit of the release and
 * not into those before, where no publisher is known and the version would be the last one's.
 */
const { pack, facts } = readFacts();

const write = (path: string, value: unknown): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

write('server.json', serverJson(pack, facts));
write('package.json', published(JSON.parse(readFileSync('package.json', 'utf8')) as typeof pack, facts));
