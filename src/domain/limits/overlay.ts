import { Failure } from '../failure/failure.ts';
import { usd } from '../money/money.ts';
import { human } from '../suggest/fix.ts';
import { formatDuration } from '../text/duration.ts';
import { everyLimit, type LimitKey, type Limits, limitRows } from './limits.ts';
import { loosened } from './loosened.ts';

/** Limits of a project file. They apply beside the policy to calls from within the project, and may only tighten it. */
export interface Overlay {
  path: string;
  limits: Partial<Limits>;
}

/** The key of each limit in a project file. */
export const overlayKeys: Partial<Record<LimitKey, string>> = Object.fromEntries(
  everyLimit.flatMap((limit) => {
    const { given } = limitRows[limit];
    if (given?.setting !== undefined) return [[limit, given.setting]];
    return given?.in.includes('project') ? [[limit, `limits.${given.as}`]] : [];
  }),
);

/** A limit's value as a project file writes it. */
export const limitWord = (limit: LimitKey, value: bigint | number): string =>
  typeof value === 'bigint' ? usd(value) : limitRows[limit].unit === 'seconds' ? formatDuration(value) : String(value);

/**
 * The policy's limits, replaced by those that the project file sets. Throws `CONFIG_INVALID` where one would give more room than the
 * policy: a file that comes with a repository must raise nothing.
 */
export const withinProject = (limits: Limits, overlay: Overlay | null): Limits => {
  if (overlay === null) return limits;
  const wanted = { ...limits, ...overlay.limits };
  // a default lifetime that the file does not set is cut to the longest one
  const result = {
    ...wanted,
    defaultTtlSeconds: overlay.limits.defaultTtlSeconds ?? Math.min(limits.defaultTtlSeconds, wanted.maxTtlSeconds),
  };
  const [looser] = loosened(limits, result);
  if (looser === undefined) return result;
  const [key, said, held] = [overlayKeys[looser] ?? looser, limitWord(looser, result[looser]), limitWord(looser, limits[looser])];
  throw new Failure(
    'CONFIG_INVALID',
    `"${key}" in ${overlay.path} is ${said}, the policy allows ${held}: a project file only tightens limits.`,
    {
      fix: human(`Take it out of ${overlay.path}, or set it to ${held} or tighter.`),
      facts: { path: overlay.path, key, found: said, policy: held },
    },
  );
};
