import { Failure } from '../../domain/failure/failure.ts';
import { editBetween, edited, type GrantEdit, shows } from '../../domain/grants/edit-grants.ts';
import { type SecurityState, securityState } from '../../domain/grants/security-state.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { readGrants } from '../operation/read-grants.ts';
import { signerFor } from '../operation/signer-for.ts';

const publishLimitMs = 60_000;
const readBackMs = 60_000;
/** Each round means that another editor wrote at the same moment. */
const mostRounds = 12;

/** One edit that does what both do. */
const both = (ours: GrantEdit, theirs: GrantEdit): GrantEdit => ({
  add: [...ours.add, ...theirs.add],
  remove: [...ours.remove, ...theirs.remove],
});

/**
 * Publishes the account's list of grants with this edit and reads it back from two CCN hosts. The network keeps whole lists, so of two
 * editors at one moment the later wipes out what the earlier wrote: where another's message came between the list that ours was made of and
 * ours, one that holds both follows. Returns the message that now stands; null where nothing had to be sent. `GRANT_UNCONFIRMED` where two
 * hosts do not show it in time.
 */
export const changeGrants = async (context: ChangeContext, owner: string, wanted: GrantEdit): Promise<string | null> => {
  let edit = wanted;
  let sent: string | null = null;
  for (let round = 0; round < mostRounds; round += 1) {
    const before = await readGrants(context, owner);
    if (shows(before.authorizations, edit)) return sent;
    sent = await publish(context, owner, before, edit);
    const after = await readBack(context, owner, sent);
    const overwritten = after.versions.filter(({ authorizations, at }) => authorizations !== null && at < timeOf(after, sent));
    const previous = overwritten.at(-1) ?? null;
    if (previous !== null && previous.id !== (before.newest?.id ?? null)) {
      const theirs = editBetween(before.authorizations, previous.authorizations ?? []);
      edit = both(edit, theirs);
    }
    if (shows(after.authorizations, edit)) return sent;
  }
  throw unconfirmed(owner, 'others kept changing them');
};

const timeOf = (state: SecurityState, id: string | null): number =>
  state.versions.find((version) => version.id === id)?.at ?? Number.POSITIVE_INFINITY;

const publish = async (context: ChangeContext, owner: string, before: SecurityState, edit: GrantEdit): Promise<string> => {
  const [cloud, signer] = await Promise.all([context.cloud(), signerFor(context, owner)]);
  // of two messages of the same microsecond hosts might keep different ones
  const at = Math.max(context.clock.now(), (before.newest?.at ?? 0) + 1) + Math.floor(context.random.fraction() * 1000) / 1000;
  const message = await cloud.signing.security({ authorizations: edited(before.authorizations, edit), at }, signer);
  const { status, rejection } = await context.effect('authz.publish', () =>
    cloud.messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal, reach: cloud.hosts }),
  );
  if (status === 'rejected' || status === 'invalid') {
    throw new Failure(
      'NETWORK_REJECTED',
      `The network rejected the grants of ${owner}${rejection === null ? '' : ` (${rejection.reason})`}.`,
      {
        sideEffects: 'none',
      },
    );
  }
  return message.id;
};

const readBack = async (context: ChangeContext, owner: string, id: string): Promise<SecurityState> => {
  const cloud = await context.cloud();
  const giveUpAt = context.clock.now() + readBackMs;
  const delays = pollDelays();
  for (;;) {
    const state = securityState(await cloud.accounts.security(owner));
    if (!('doubt' in state) && state.versions.some((version) => version.id === id)) return state;
    if (context.clock.now() >= giveUpAt) throw unconfirmed(owner, 'doubt' in state ? state.doubt : 'they do not show the message yet');
    await context.clock.wait(delays(), context.signal);
  }
};

const unconfirmed = (owner: string, why: string): Failure =>
  new Failure('GRANT_UNCONFIRMED', `The grants of ${owner} were sent, and two CCN hosts do not confirm them: ${why}.`, {
    sideEffects: 'unknown',
    facts: { owner },
  });
