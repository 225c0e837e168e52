import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';

/** The failure where a safe could not be reached: nothing was sent. */
export const unreachable = (
  url: string,
  why: string,
  { cause, fix, facts }: Pick<Failure['details'], 'cause' | 'fix' | 'facts'>,
): Failure =>
  new Failure('SAFE_UNREACHABLE', `The safe at ${url} ${why}.`, {
    sideEffects: 'none',
    fix: fix ?? human('See whether it runs, as its owner.', 'serve status'),
    ...(facts === undefined ? {} : { facts }),
    ...(cause === undefined ? {} : { cause }),
  });

export const codeOf = (thrown: Error): string => (thrown as NodeJS.ErrnoException).code ?? thrown.message;

export const silent = (url: string, thrown: Error): Failure => unreachable(url, `does not answer (${codeOf(thrown)})`, { cause: thrown });
