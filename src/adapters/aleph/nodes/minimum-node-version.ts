import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { Cache } from '../../../ports/cache.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { aggregateOf, aggregatePath, officialAggregates } from '../http/official-aggregates.ts';
import { wireVersion } from './node-entry.ts';

const shape = aggregateOf(
  officialAggregates.settings,
  z.object({ settings: z.object({ last_crn_version: wireVersion.nullish().catch(null) }) }),
);
const versionIn = (found: z.output<typeof shape> | null): string | null => found?.data.settings.last_crn_version ?? null;
const told = {
  about: 'the version that CRNs should have',
  print: (found: z.output<typeof shape> | null) => versionIn(found) ?? '',
  says: (found: z.output<typeof shape> | null) => versionIn(found) ?? 'none',
};
const kept = z.object({ version: z.string().nullable() });
const keptMs = 5 * 60_000;

/** `last_crn_version` of the settings aggregate (protocol-crn.md §1.3). A rule to choose by, so that silence is no failure. */
export const minimumNodeVersion = async (ccn: CcnHosts, cache: Cache): Promise<string | null> => {
  const key = `minimum node version ${ccn.hosts[0]}`;
  const known = kept.safeParse(cache.read(key, keptMs)?.value).data;
  if (known !== undefined) return known.version;
  try {
    const found = await ccn.first(aggregatePath(officialAggregates.settings, 'settings'), shape, { nothing: [404] }, told);
    const version = versionIn(found);
    cache.write(key, { version });
    return version;
  } catch (error) {
    if (error instanceof Failure && error.code !== 'INTERRUPTED') return null;
    throw error;
  }
};
