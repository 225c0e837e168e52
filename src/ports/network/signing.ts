import type { Governance, PublishedHead } from '../../domain/ledger/journal.ts';
import type { NodeRef, VmSpec } from '../../domain/ledger/vm-record.ts';
import type { GpuCard } from '../../domain/nodes/gpu-card.ts';
import type { Forward } from '../../domain/reach/forwards.ts';
import type { Signer } from '../keys/keys.ts';
import type { SignedMessage } from './messages.ts';

export interface OnChannel {
  /** The account that the message is of, and that pays. */
  owner: string;
  /** The channel of the owner's grant to the signer; absent or null where the signer is the owner: then it is ours. */
  channel?: string | null;
}

export interface CreateOrder extends OnChannel {
  label: string;
  spec: VmSpec;
  node: NodeRef;
  /** Cards of this node, one for each GPU model of the spec. */
  gpus?: readonly GpuCard[] | undefined;
  sshKeys: readonly string[];
  /** Item hash of the node's terms and conditions; given where the user accepted them. */
  acceptedTerms?: string | undefined;
  expiresAt: number;
  at: number;
}

/** A head as this version publishes it: it always says what governs. */
export interface HeadOrder extends PublishedHead {
  governance: Governance;
}

/** Builds, validates and signs messages; sends nothing. Throws `WRONG_NETWORK` before anything is built. */
export interface Signing {
  /** Loads what signing needs; call it early, while something else is waited for. */
  prepare(): Promise<void>;
  /** The same in pieces, and not before the first question to the network has left: whoever plans what will be signed is not held up by it. */
  prepareMeanwhile(): Promise<void>;
  create(order: CreateOrder, signer: Signer): Promise<SignedMessage>;
  forget(order: { owner: string; ids: readonly string[]; reason: string; at: number }, signer: Signer): Promise<SignedMessage>;
  /** Removes a VM's forwards: `{[id]: null}` on the owner's `port-forwarding` aggregate. */
  forwardsRemoval(order: OnChannel & { id: string; at: number }, signer: Signer): Promise<SignedMessage>;
  /** Replaces all forwards of one VM: a forward that is not named is removed. */
  forwards(order: OnChannel & { id: string; forwards: readonly Forward[]; at: number }, signer: Signer): Promise<SignedMessage>;
  /** Publishes the new expiry of one VM in the signer's own journal. */
  journal(order: { id: string; expiresAt: number; at: number }, signer: Signer): Promise<SignedMessage>;
  /** Removes the entries of several VMs from the signer's own journal. */
  journalRemoval(order: { ids: readonly string[]; at: number }, signer: Signer): Promise<SignedMessage>;
  /** Replaces the whole list of whom the signer's account lets act for it. */
  security(order: { authorizations: readonly unknown[]; at: number }, signer: Signer): Promise<SignedMessage>;
  /**
   * Moves credits of the signer's account, or of another one that lets the signer (`from`), on the channel where the network applies it.
   * `expiresAt`: null for never.
   */
  transfer(
    order: { from?: string; to: string; credits: bigint; expiresAt: number | null; at: number },
    signer: Signer,
  ): Promise<SignedMessage>;
  /** Publishes the end of the ledger's audit trail in the signer's own journal; `at` is the message's time. */
  head(head: HeadOrder, signer: Signer): Promise<SignedMessage>;
}
