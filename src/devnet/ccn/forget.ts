import { dropAggregateElement } from './aggregates.ts';
import { countPins, giveGrace, storedSize } from './files/file-store.ts';
import type { MessageRow, Outcome } from './message.ts';
import { errorCodes, rejected, retry } from './message.ts';
import { mayActFor } from './permissions.ts';
import { isAmend, refOf } from './posts/merged-posts.ts';
import type { CcnState } from './state.ts';
import { vmReferences } from './vm-references.ts';

const targetsOf = (row: MessageRow): string[] => (row.content?.['hashes'] as string[] | undefined) ?? [];
const notFound = (hash: string): Outcome => retry(errorCodes.forgetTargetNotFound, { errors: [{ message: hash }] });

/** Per target, by the target's own type, channel and chain (protocol-ccn §4.2). */
export const checkForgetPermission = (state: CcnState, row: MessageRow): Outcome | null => {
  for (const hash of targetsOf(row)) {
    const target = state.messages.get(hash);
    if (target === undefined) return notFound(hash);
    if (target.status === 'forgotten' || target.status === 'rejected' || target.status === 'removed') continue;
    if (target.status === 'pending') return notFound(hash);
    if (target.envelope.type === 'FORGET') return rejected(errorCodes.forgetForget, { errors: [{ message: hash }] });
    const owner = target.content?.address ?? target.envelope.sender;
    if (target.content !== null && mayActFor(state, row.envelope.sender, owner, target.envelope, target.content)) continue;
    const sentence = `Sender ${row.envelope.sender} is not authorized to forget message ${hash} owned by ${owner}: the sender could not have created this target under the owner's security aggregate`;
    return rejected(errorCodes.permissionDenied, { errors: [sentence] });
  }
  return null;
};

const userOf = (state: CcnState, store: string): string | undefined =>
  [...state.messages.values()].find(
    (vm) =>
      (vm.status === 'processed' || vm.status === 'removing') &&
      (vm.envelope.type === 'INSTANCE' || vm.envelope.type === 'PROGRAM' || vm.envelope.type === 'V-PROGRAM') &&
      vm.filled !== null &&
      vmReferences(vm.filled).some((one) => one.binds && one.ref === store),
  )?.envelope.item_hash;

/** All or nothing for the whole message. */
export const checkForgetTargets = (state: CcnState, row: MessageRow): Outcome | null => {
  const aggregates = (row.filled?.['aggregates'] as string[] | undefined) ?? [];
  if (targetsOf(row).length === 0 && aggregates.length === 0) return rejected(errorCodes.forgetNoTarget);
  for (const hash of targetsOf(row)) {
    const target = state.messages.get(hash);
    if (target?.status !== 'processed' && target?.status !== 'removing') return notFound(hash);
    const user = target.envelope.type === 'STORE' ? userOf(state, hash) : undefined;
    if (user !== undefined) return rejected(errorCodes.forgetNotAllowed, { errors: [`File ${hash} used on vm ${user}`] });
  }
  const missing = aggregates.find((key) => !state.aggregates.get(row.content?.address ?? '')?.has(key));
  return missing === undefined ? null : retry(errorCodes.forgetTargetNotFound, { errors: [{ aggregate: missing }] });
};

/** A post's amendments go with it. */
const withAmends = (state: CcnState, hash: string): string[] => {
  const target = state.messages.get(hash);
  if (target?.envelope.type !== 'POST' || isAmend(target)) return [hash];
  const amends = [...state.messages.values()].filter(
    (row) => row.status === 'processed' && row.envelope.type === 'POST' && isAmend(row) && refOf(row) === hash,
  );
  return [hash, ...amends.map((row) => row.envelope.item_hash)];
};

/** Marks the targets forgotten and takes back what they had brought about. Returns their hashes. */
export const applyForget = (state: CcnState, row: MessageRow, now: number): string[] =>
  [...new Set(targetsOf(row).flatMap((hash) => withAmends(state, hash)))].filter((hash) => {
    const target = state.messages.get(hash);
    if (target === undefined) return false;
    target.status = 'forgotten';
    target.reason = null;
    target.forgottenBy.push(row.envelope.item_hash);
    target.endedAt = row.envelope.time;
    target.size = storedSize(state, target);
    state.costs.delete(hash);
    if (target.envelope.type === 'STORE') {
      const file = String(target.content?.['item_hash']);
      state.pins.delete(hash);
      if (countPins(state, file) === 0) giveGrace(state, file, now);
    }
    if (target.envelope.type === 'AGGREGATE' && target.content !== null) {
      dropAggregateElement(state, target.content.address, String(target.content['key']), hash);
    }
    return true;
  });
