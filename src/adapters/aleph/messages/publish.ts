import type { Clock } from '../../../ports/clock.ts';
import type { HostStatus, MessageStatus, Publication, PublishOptions, SignedMessage } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { statusOf } from './message-status.ts';
import { postMessage } from './post-message.ts';
import { rejection, rejectionOf } from './rejection.ts';

const unknownTo = (host: string): HostStatus => ({ host, status: 'unknown' });

const longestPostMs = 65_000;
/** After this long without any host knowing the message, a post is taken for lost. Hosts pass messages on within seconds. */
const lostAfterMs = 5_000;

const hostsSaying = (statuses: readonly HostStatus[], ...wanted: MessageStatus[]): string[] =>
  statuses.filter((one) => one.status !== null && wanted.includes(one.status)).map((one) => one.host);

/** What the hosts' words settle; null where nothing is settled yet. The furthest along counts: no host un-processes a message. */
const settled = async (ccn: CcnHosts, id: string, statuses: readonly HostStatus[]): Promise<Publication | null> => {
  // Gone again already. The network's own code for posting such a one is 504.
  if (hostsSaying(statuses, 'forgotten', 'removed').length > 0) return { status: 'rejected', rejection: rejection(504, null) };
  if (hostsSaying(statuses, 'processed', 'removing').length > 0) return { status: 'processed', rejection: null };
  if (hostsSaying(statuses, 'pending').length > 0) return null;
  const rejecting = hostsSaying(statuses, 'rejected');
  if (rejecting.length > 0) return { status: 'rejected', rejection: await rejectionOf(ccn, id, rejecting) };
  return null;
};

/**
 * Sends exactly these bytes, to one host after the other, until one host's word settles the matter or the time is over.
 * The status is read first, unless nobody can have sent them before (`first`), and again before another host is tried: what any host knows is
 * never sent again, because an identical re-post blocks for 30 s (protocol-ccn.md §2.3, §12.4). Each host is posted to at most once;
 * those named in `reach` also where another says pending, which may wait for what it will never have.
 */
export const publish = async (
  setup: { ccn: CcnHosts; clock: Clock },
  message: SignedMessage,
  { timeoutMs, signal, reach = [], first = false }: PublishOptions,
): Promise<Publication> => {
  const { ccn, clock } = setup;
  const deadline = clock.now() + timeoutMs;
  const posted = new Set<string>();
  /** Hosts to which there was no connection in this round. */
  const away = new Set<string>();
  let lastTakenAt = Number.NEGATIVE_INFINITY;
  let pauseMs = 500;
  let seenPending = false;
  let accepted = false;
  const invalidBy = new Set<string>();

  for (;;) {
    const unheard = first && posted.size === 0;
    const statuses = unheard ? ccn.slowLast(ccn.inOrder()).map(unknownTo) : await statusOf(ccn, message.id, signal);
    const end = await settled(ccn, message.id, statuses);
    if (end !== null) return end;
    seenPending ||= hostsSaying(statuses, 'pending').length > 0;
    const left = deadline - clock.now();
    const candidate = hostsSaying(statuses, 'unknown').find(
      (host) => !posted.has(host) && !away.has(host) && (!seenPending || reach.includes(host)),
    );
    if (ccn.hosts.every((host) => invalidBy.has(host)) && !seenPending) return { status: 'invalid', rejection: null };
    // A host that refused the post may have kept it all the same, so only what was posted nowhere is unsent.
    if (left <= 0) return { status: seenPending || accepted ? 'pending' : posted.size === 0 ? 'unsent' : 'unknown', rejection: null };

    if (candidate === undefined || clock.now() - lastTakenAt < lostAfterMs) {
      await clock.wait(Math.min(pauseMs, left), signal);
      pauseMs = Math.min(pauseMs * 1.5, 5_000);
      away.clear();
      continue;
    }
    ccn.posting();
    const answer = await postMessage(ccn.ask, candidate, message.bytes, Math.min(longestPostMs, Math.max(1_000, left)), signal);
    if (answer === 'unreached') {
      away.add(candidate);
      continue;
    }
    posted.add(candidate);
    if (answer === 'processed') return { status: 'processed', rejection: null };
    if (answer === 'rejected') return { status: 'rejected', rejection: await rejectionOf(ccn, message.id, [candidate, ...ccn.hosts]) };
    if (answer === 'invalid') invalidBy.add(candidate);
    accepted ||= answer === 'pending';
    // What was not taken needs no waiting; what was taken, or may have been, gets time to show.
    if (answer === 'pending' || answer === 'silent') lastTakenAt = clock.now();
  }
};
