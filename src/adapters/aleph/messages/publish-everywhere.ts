import type { Clock } from '../../../ports/clock.ts';
import type { Publication, SignedMessage } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { type PostAnswer, postMessage } from './post-message.ts';
import { rejectionOf } from './rejection.ts';

/** Once one host has taken a message the others get it from there, too: they are not waited for longer than this. */
const graceMs = 1_500;

const best: readonly PostAnswer[] = ['processed', 'rejected', 'pending', 'silent', 'invalid', 'refused', 'unreached'];

/**
 * Sends exactly these bytes to all hosts at once, and returns once two have taken them, or one has and the others let wait for them. Only for
 * bytes that nobody has sent before: a host that knows a message blocks who posts it (protocol-ccn.md §12.4).
 */
export const publishEverywhere = async (
  { ccn, clock }: { ccn: CcnHosts; clock: Clock },
  message: SignedMessage,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<Publication> => {
  const enough = Math.min(2, ccn.hosts.length);
  const over = new AbortController();
  const answers: PostAnswer[] = [];
  const all = new AbortController();
  const heard = (answer: PostAnswer): void => {
    answers.push(answer);
    const taken = answers.filter((one) => one === 'processed').length;
    if (taken >= enough || answers.length === ccn.hosts.length) all.abort();
    else if (taken === 1)
      void clock.wait(graceMs, over.signal).then(
        () => all.abort(),
        () => {},
      );
  };
  ccn.posting();
  const posts = ccn.hosts.map((host) =>
    postMessage(ccn.ask, host, message.bytes, timeoutMs, over.signal).then(heard, () => heard('silent')),
  );
  await Promise.race([Promise.all(posts), new Promise<void>((resolve) => all.signal.addEventListener('abort', () => resolve()))]);
  over.abort();
  signal?.throwIfAborted();
  const answer = best.find((one) => answers.includes(one)) ?? 'silent';
  if (answer === 'rejected') return { status: 'rejected', rejection: await rejectionOf(ccn, message.id, ccn.hosts) };
  return { status: answer === 'processed' || answer === 'pending' || answer === 'invalid' ? answer : 'unknown', rejection: null };
};
