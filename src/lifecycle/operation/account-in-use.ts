import { Failure } from '../../domain/failure/failure.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Returns the address of the key in use; null where there is no key yet. */
export const accountInUse = (context: Pick<ReadContext, 'keys' | 'network'>): string | null => {
  try {
    return context.keys.current(context.network).address;
  } catch (problem) {
    if (problem instanceof Failure && problem.code === 'KEY_MISSING') return null;
    throw problem;
  }
};
