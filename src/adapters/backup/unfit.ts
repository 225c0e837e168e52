import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';

/** The failure for a file that cannot be restored: nothing was changed. */
export const unfit = (path: string, why: string, fix = 'Name another backup: of this one nothing was taken.', cause?: unknown): Failure =>
  new Failure('CONFIG_INVALID', `"${path}" cannot be restored: ${why}.`, {
    sideEffects: 'none',
    fix: human(fix),
    facts: { path },
    ...(cause === undefined ? {} : { cause }),
  });

/** Did the file system complain, or Node that no path has such bytes? */
const isOfTheDisk = (thrown: unknown): thrown is NodeJS.ErrnoException =>
  thrown instanceof Error && ('syscall' in thrown || ('code' in thrown && thrown.code === 'ERR_INVALID_ARG_VALUE'));

/** A file system's complaint about a path as `USAGE`; failures and bugs stay what they are. */
export const diskTrouble = (path: string, what: 'read' | 'written', thrown: unknown): unknown => {
  if (!isOfTheDisk(thrown)) return thrown;
  const { code } = thrown;
  return new Failure('USAGE', `"${path}" cannot be ${what} (${code}).`, { sideEffects: 'none', facts: { path }, cause: thrown });
};
