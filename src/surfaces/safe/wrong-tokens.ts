import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { SafeDoor } from '../safe-door.ts';

/** Whoever tries tokens waits. Where many do, the next are refused at once and their connections closed: to keep them would cost the safe more. */
const pauseMs = 300;
const mostAtOnce = 256;

/** Makes the refusal of a token that nobody has, after a pause. */
export const wrongTokens = (door: Pick<SafeDoor, 'pause'>) => {
  let waiting = 0;
  const pause = async (): Promise<void> => {
    if (waiting >= mostAtOnce) return;
    waiting += 1;
    await door.pause(pauseMs).finally(() => {
      waiting -= 1;
    });
  };
  const refused = async (): Promise<Failure> => {
    await pause();
    return new Failure('AGENT_REFUSED', 'No agent has this token.', {
      sideEffects: 'none',
      fix: human('Ask the owner of the safe for an invitation, and join with it.'),
      facts: { token: 'unknown' },
    });
  };
  return Object.assign(refused, { pause });
};
