import { CrnError, jsonError } from '../world/crn-error.ts';

const numbers = (version: string): number[] => version.split('.').map(Number);

const compare = (one: string, other: string): number => {
  const [a, b] = [numbers(one), numbers(other)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
};

/** `/status/check/version?reference=`: text when the node is new enough, 403 when not, 400 for no or a bad reference. */
export const checkVersion = (current: string, reference: string | undefined): string => {
  if (reference === undefined || reference === '') throw jsonError(400, 'Query field `?reference=` must be specified');
  if (!/^\d+(\.\d+)*$/.test(reference)) throw jsonError(400, `Invalid version: '${reference}'`);
  if (compare(current, reference) < 0) throw new CrnError(403, { error: `Outdated: version ${current} < ${reference}` });
  return `Up-to-date: version ${current} >= ${reference}`;
};
