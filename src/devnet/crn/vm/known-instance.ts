import type { Crn } from '../world/crn.ts';
import { CrnError, jsonError, reasonError, unhandled } from '../world/crn-error.ts';
import { type InstanceSpec, readInstance } from '../world/instance-spec.ts';

/** 64 hex digits, or a CID. */
export const isItemHash = (text: string): boolean =>
  /^[0-9a-f]{64}$/.test(text) || /^Qm[1-9A-HJ-NP-Za-km-z]{44}$/.test(text) || /^bafy[a-z2-7]{55}$/.test(text);

/** The VM hash in a path. */
export const requireRef = (ref: string): string => {
  if (!isItemHash(ref)) throw jsonError(400, `Invalid ref: '${ref}'`);
  return ref;
};

/** The packages of 1.x hold aleph-message 1.0, which knows terms with streams and confidential VMs alone (aleph-vm: packaging/Makefile). */
export const isReadable = (crn: Crn, spec: InstanceSpec): boolean =>
  crn.spec.generation === 'G2' || !spec.terms || spec.paymentType !== 'credit' || spec.confidential;

/** The INSTANCE as the node gets it from its CCN; the errors of protocol-crn.md 2.5, rows 3 and 4. */
export const knownInstance = (crn: Crn, hash: string): InstanceSpec => {
  const { chain } = crn.world;
  const message = chain.instance(hash);
  if (message !== null && (message.status === 'processed' || message.status === 'removing')) {
    const spec = readInstance(message.content);
    if (isReadable(crn, spec)) return spec;
    const why = 'Value error, Only PAYG/coco instances can have a terms_and_conditions';
    throw unhandled(`1 validation error for InstanceMessage\ncontent\n  ${why}`, 'pydantic_core._pydantic_core.ValidationError');
  }
  const status = chain.status(hash);
  if (message === null && (status === 'processed' || status === 'removing')) {
    if (chain.type(hash) === 'PROGRAM') throw reasonError(400, 'Message is not an instance');
    throw unhandled('Parsed message is not executable', 'AssertionError');
  }
  throw unhandled(`Aleph message not found: ${hash}`, 'FileNotFoundError');
};

/** Rows 5 and 6: a pinned INSTANCE on a node that is another, or does not know itself yet. */
export const requireThisNode = (crn: Crn, spec: InstanceSpec): void => {
  if (spec.nodeHash === null) return;
  if (crn.world.faults.holds(crn.host, 'hash-unknown') !== null)
    throw reasonError(503, 'Node hash not yet discovered, cannot accept targeted allocations');
  if (spec.nodeHash !== crn.spec.hash) throw reasonError(400, 'Instance is allocated to a different node');
};

/** Row 12: the VM could not be created, for a reason of aleph-vm's known set. */
export const creationFailed = (hash: string, repr: string): CrnError =>
  new CrnError(503, { success: false, successful: false, failing: [hash], errors: { [hash]: repr } });
