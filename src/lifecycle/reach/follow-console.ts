import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { linesSince } from '../../domain/reach/console-follow.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Signer } from '../../ports/keys/keys.ts';
import type { ConsoleLog } from '../../ports/network/console-log.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { readConsole } from './read-console.ts';

type Lines = (ConsoleLog & { answer: 'log' })['lines'];

const everyMs = 2_000;

/**
 * Polls the VM's console and passes new lines on, until `limitMs` have passed or the call is interrupted, which is a normal end here. A
 * node that does not answer for a moment is asked again.
 */
export const followConsole = async (
  context: ChangeContext,
  { vm, signer, from, limitMs, pass }: { vm: VmRecord; signer: Signer; from: Lines; limitMs: number; pass: (lines: Lines) => void },
): Promise<void> => {
  const as = limitMs === Number.POSITIVE_INFINITY ? 'looking on' : undefined;
  const giveUpAt = deadlineOf({ clock: context.clock, timeoutMs: limitMs });
  let seen = from;
  while (!context.signal.aborted && context.clock.now() < giveUpAt) {
    try {
      await context.clock.wait(Math.min(everyMs, giveUpAt - context.clock.now()), context.signal, as);
      const { lines } = await readConsole(context, vm, signer);
      pass([...linesSince(seen, lines)]);
      seen = lines;
    } catch (thrown) {
      const passes = thrown instanceof Failure && (thrown.code === 'NODE_UNAVAILABLE' || thrown.code === 'VM_NOT_READY');
      if (!passes && !context.signal.aborted) throw thrown;
    }
  }
};
