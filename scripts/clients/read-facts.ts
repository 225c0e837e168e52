import { readFileSync } from 'node:fs';
import type { PackageFacts, ReleaseFacts } from './release-facts.ts';

const read = <Facts>(path: string): Facts => JSON.parse(readFileSync(path, 'utf8')) as Facts;

/** The package as it stands here, and who publishes it. */
export const readFacts = (): { pack: PackageFacts; facts: ReleaseFacts } => ({
  pack: read<PackageFacts>('package.json'),
  facts: read<ReleaseFacts>('release.json'),
});
