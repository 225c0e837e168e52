import { Failure } from '../domain/failure/failure.ts';
import { nearest } from '../domain/text/nearest.ts';

/**
 * The parts of `data` that these paths name, in the order of `data`. In a list (`items`) a path may leave out `items.*.`; the list keeps
 * its count, total and cursor.
 */
export const chooseFields = (data: unknown, paths: readonly string[]): unknown => {
  const listed = isList(data);
  const topKeys = listed ? Object.keys(data) : [];
  const full = paths.map((path) => (listed && !topKeys.includes(path.split('.')[0] ?? '') ? `items.*.${path}` : path));
  const kept = listed ? [...topKeys.filter((key) => key !== 'items'), ...full] : full;
  return pick(
    data,
    kept.map((path) => path.split('.')),
  );
};

/** Throws `USAGE` for a path that the output does not have. Called before the command runs. */
export const checkFields = (paths: readonly string[], known: readonly string[]): void => {
  const names = known.flatMap((path) => (path.startsWith('items.*.') ? [path, path.slice('items.*.'.length)] : [path]));
  const fits = (path: string): boolean => {
    const pattern = path.replace(/\.\d+(?=\.|$)/g, '.*');
    return names.includes(pattern) || names.some((name) => name.endsWith('.*') && pattern.startsWith(name.slice(0, -1)));
  };
  const unknown = paths.filter((path) => !fits(path));
  if (unknown.length === 0) return;
  const near = nearest(
    unknown[0] ?? '',
    names.filter((name) => !name.startsWith('items')),
  );
  throw new Failure('USAGE', `--fields "${unknown.join(',')}" is not in the output (nearest: ${near.join(', ')}).`, {
    checks: unknown.map((path) => ({ code: 'USAGE', figure: path, limit: near.join(', '), message: `"${path}" is not in the output` })),
  });
};

const isList = (data: unknown): data is Record<string, unknown> =>
  typeof data === 'object' && data !== null && 'items' in data && Array.isArray(data.items);

const pick = (value: unknown, paths: readonly (readonly string[])[]): unknown => {
  if (typeof value !== 'object' || value === null || paths.some((path) => path.length === 0)) return value;
  const below = (key: string): (readonly string[])[] =>
    paths.filter((path) => path[0] === key || path[0] === '*').map((path) => path.slice(1));
  if (Array.isArray(value))
    return value.flatMap((item, index) => (below(String(index)).length === 0 ? [] : [pick(item, below(String(index)))]));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (below(key).length === 0 ? [] : [[key, pick(member, below(key))]])),
  );
};
