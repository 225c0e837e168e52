import type { VmSpec } from '../../domain/ledger/vm-record.ts';

export type MessageStatus = 'unknown' | 'pending' | 'processed' | 'rejected' | 'removing' | 'removed' | 'forgotten';

/** One CCN host's word on one message. `null`: it did not answer. */
export interface HostWord {
  host: string;
  status: MessageStatus | null;
}

/** A signed message: what the ledger keeps, and exactly what is sent. */
export interface SignedMessage {
  id: string;
  kind: 'INSTANCE' | 'FORGET' | 'AGGREGATE';
  /** The request body, byte for byte. */
  bytes: string;
  /** `content.time`, ms. */
  signedAt: number;
}

/** `unknown`: nothing was answered, it may or may not have arrived. */
export interface Publication {
  status: 'processed' | 'pending' | 'rejected' | 'invalid' | 'unknown';
  /** The network's rejection code and what we make of it. */
  rejection: {
    code: number;
    reason: 'credits' | 'image' | 'permission' | 'signature' | 'payment' | 'format' | 'target' | 'other';
    details: unknown;
  } | null;
}

/** An INSTANCE of ours as the network lists it. */
export interface ListedVm {
  id: string;
  sender: string;
  owner: string;
  signedAt: number;
  /** `metadata` carries our marker. */
  ours: boolean;
  label: string | null;
  /** `metadata.expires`, ms. */
  expiresAt: number | null;
  nodeHash: string | null;
  spec: VmSpec;
}

export interface Image {
  slug: string;
  hash: string;
  minDiskMib: number;
  /** The hash is the one pinned in this package. */
  pinned: boolean;
}

/** Messages as the CCN hosts have them. */
export interface MessagesReader {
  /** Every configured CCN host's word. Never throws for a host that does not answer. */
  statusOf(id: string): Promise<HostWord[]>;
  /** The INSTANCE as stored, from the first host that has it; null when none. */
  vm(id: string): Promise<(ListedVm & { status: MessageStatus }) | null>;
  /** All live (processed, removing) INSTANCEs sent by this address. */
  listSentBy(sender: string): Promise<ListedVm[]>;
  images(): Promise<Image[]>;
  /** Is the image's STORE message processed on the network? */
  imageExists(hash: string): Promise<boolean>;
}

export interface Messages extends MessagesReader {
  /** Sends exactly these bytes, after the status was read on every host; never repeats what a host already knows. `reach`: hosts that must hear of it. */
  publish(message: SignedMessage, options: { timeoutMs: number; signal?: AbortSignal; reach?: readonly string[] }): Promise<Publication>;
}
