import type { SignedPost, TransferWords } from '../../domain/approval/signed-transfer.ts';
import type { VmSpec } from '../../domain/ledger/vm-record.ts';

export type MessageStatus = 'unknown' | 'pending' | 'processed' | 'rejected' | 'removing' | 'removed' | 'forgotten';

/** One CCN host's answer about one message; null where the host did not answer. */
export interface HostStatus {
  host: string;
  status: MessageStatus | null;
}

/** One CCN host's answer about how a message ended; all null where it has not ended there, or the host did not answer. */
export interface HostEnd {
  host: string;
  ended: 'forgotten' | 'removed' | null;
  /** The item hash of the FORGET. */
  forget: string | null;
  /** When the host received the FORGET, or removed the message, ms. */
  at: number | null;
}

/** A signed message, as the ledger keeps it and the network gets it. */
export interface SignedMessage {
  id: string;
  kind: 'INSTANCE' | 'FORGET' | 'AGGREGATE' | 'POST';
  /** The request body, byte for byte as it is sent. */
  bytes: string;
  /** The message's `content.time`, ms. */
  signedAt: number;
}

/** Why the network rejected a message: its own code, and our reading of it. */
export interface Rejection {
  code: number;
  reason: 'credits' | 'image' | 'permission' | 'signature' | 'payment' | 'format' | 'target' | 'other';
  details: unknown;
}

/**
 * The outcome of sending a message. `invalid`: every host says that its form is wrong. `unknown`: no host gave an answer that settles
 * anything, so the message may or may not have arrived. `unsent`: no host answered at all, so no byte of it left.
 */
export interface Publication {
  status: 'processed' | 'pending' | 'rejected' | 'invalid' | 'unknown' | 'unsent';
  rejection: Rejection | null;
}

/** An INSTANCE message as the network lists it. */
export interface ListedVm {
  id: string;
  sender: string;
  /** Who pays; null where no host gave the signed text, which alone proves that. */
  owner: string | null;
  signedAt: number;
  /** The message's `metadata` carries our marker. */
  ours: boolean;
  label: string | null;
  /** The expiry in `metadata.expires`, ms. */
  expiresAt: number | null;
  nodeHash: string | null;
  spec: VmSpec;
  /** How many CCN hosts list it as live, and how many answer without it. What one host alone lists carries its sender's signature. */
  listedBy: number;
  deniedBy: number;
}

/** An INSTANCE message that was forgotten or removed. */
export interface GoneVm {
  id: string;
  /** Who paid for it, by the hosts' word alone: several where they disagree, none where no host tells. */
  owners: string[];
}

/** A transfer of credits whose hash and signature verify. */
export interface SignedTransfer extends TransferWords {
  post: SignedPost;
}

export interface Image {
  slug: string;
  hash: string;
  minDiskMib: number;
  /** The image's hash is the one pinned in this package. */
  pinned: boolean;
}

/** Messages, as the CCN hosts have them. */
export interface MessagesReader {
  /** Every configured CCN host's answer about a message. Never throws for a host that does not answer. */
  statusOf(id: string): Promise<HostStatus[]>;
  /** The same for what is looked at again and ends nothing: a host that is slower by far than others which agree counts as one without an answer. */
  statusSoon(id: string): Promise<HostStatus[]>;
  /** The channel of a message as two CCN hosts give it, '' for none; null where no two agree. */
  channelOf(id: string): Promise<string | null>;
  /** Why the hosts rejected a message, by the first of them that tells; null where none does. */
  rejectionOf(id: string): Promise<Rejection | null>;
  /** Every configured CCN host's answer about how a message ended. Never throws for a host that does not answer. */
  endsOf(id: string): Promise<HostEnd[]>;
  /** The INSTANCE message from the first host that has it; null where no host does. */
  vm(id: string): Promise<(Omit<ListedVm, 'listedBy' | 'deniedBy'> & { status: MessageStatus }) | null>;
  /** All live (processed, removing) INSTANCE messages that this address sent. */
  listSentBy(sender: string): Promise<ListedVm[]>;
  /** The INSTANCE messages of this sender that were forgotten or removed. */
  goneSentBy(sender: string): Promise<GoneVm[]>;
  /** A transfer as its sender signed it; null where no host has one that verifies. */
  transfer(id: string): Promise<SignedTransfer | null>;
  images(): Promise<Image[]>;
  /** Is the image's STORE message processed on the network? */
  imageExists(hash: string): Promise<boolean>;
}

export interface PublishOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  /** Hosts that get the message even where another host has it as pending. */
  reach?: readonly string[];
  /** Nobody has sent these bytes before, so that no host is asked whether it knows them. */
  first?: boolean;
}

export interface Messages extends MessagesReader {
  /**
   * Sends exactly these bytes to one host after the other until an answer settles the matter. Statuses are read first, and a host that
   * knows the message is never sent it again.
   */
  publish(message: SignedMessage, options: PublishOptions): Promise<Publication>;
  /** Sends exactly these bytes, which nobody has sent before, to all hosts at once. */
  publishEverywhere(message: SignedMessage, options: { timeoutMs: number; signal?: AbortSignal }): Promise<Publication>;
}
