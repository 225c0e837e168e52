import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { liveNamesake } from '../caller/live-namesake.ts';

/** Throws `NAME_TAKEN` where a live VM has this name. */
export const requireFreeName = (
  ledger: Parameters<typeof liveNamesake>[0],
  context: Parameters<typeof liveNamesake>[1],
  name: string,
): void => {
  if (liveNamesake(ledger, context, name) === null) return;
  throw new Failure('NAME_TAKEN', `A VM is alive under the name ${name}.`, {
    fix: agent('Take another name.', 'vm show', name),
    facts: { name },
  });
};
