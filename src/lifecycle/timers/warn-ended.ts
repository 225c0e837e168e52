import { enderWords } from '../../domain/ledger/ended.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Ends } from '../ended/see-ended.ts';

/** Warns of each VM that ended by itself and whose end is not on record: it bills no more, and `gc` has its node clean up. */
export const warnEnded = (context: Pick<ReadContext, 'warn'>, vms: readonly VmRecord[], ends: Ends): void => {
  for (const { id, name } of vms) {
    const end = ends.get(id);
    if (end === undefined) continue;
    const when = end.at === null ? '' : ` at ${formatInstant(end.at)}`;
    context.warn(
      'ENDED',
      `${name} was ended${when} by ${enderWords(end.by)} and bills no more. Put it on record: ${commandLine('gc', { execute: true })}`,
    );
  }
};
