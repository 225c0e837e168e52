import { Failure } from '../../domain/failure/failure.ts';
import type { NodeRef, VmSpec } from '../../domain/ledger/vm-record.ts';
import type { GpuCard } from '../../domain/nodes/gpu-card.ts';

/** What `provision` needs beyond the terms of the plan. JSON: it is stored with the operation and with an approval. */
export interface ProvisionSubject {
  account: string;
  payer: string;
  name: string;
  task: string | null;
  spec: VmSpec;
  /** Up to three, in order; one is alive at a time. */
  nodes: NodeRef[];
  /** Item hashes of terms that the user accepted, by node. Absent in plans of earlier versions. */
  acceptedTerms?: Record<string, string>;
  /** The cards that are asked for, by node. Absent where there is no GPU. */
  gpus?: Record<string, GpuCard[]>;
  ttlSeconds: number;
  /** Credits per second as quoted, 18 decimals. */
  rate: string;
  sshKeys: string[];
  /** A timer in the guest is to end it. Absent in plans of earlier versions. */
  guestTimer?: boolean;
  requestId: string | null;
  argumentsDigest: string;
  /** USD that the caller set as ceilings; null for none. */
  maxHourlyCredits: string | null;
  maxTotalCredits: string | null;
  /** The approval of the envelope that it takes from; absent or null where none does. */
  envelope?: string | null;
  replay: null;
}

/** An operation of this request id, or a VM of this name, is there already: apply goes on with it and spends nothing. */
export interface ReplaySubject {
  replay: string;
}

export const readSubject = (stored: unknown): ProvisionSubject => {
  const subject = (stored as { subject?: ProvisionSubject } | null)?.subject;
  if (subject === undefined || !Array.isArray(subject.nodes)) {
    throw new Failure('LEDGER_UNREADABLE', 'The plan stored with this operation cannot be read.');
  }
  return subject;
};
