import type { Decimal } from 'decimal.js';

/** Where a message stands on the network (protocol-ccn §2.4). */
export type MessageStatus = 'pending' | 'processed' | 'rejected' | 'forgotten' | 'removing' | 'removed';

export interface ChainInstance {
  hash: string;
  /** Who signed. */
  sender: string;
  /** `content.address`: who pays. */
  owner: string;
  channel: string | null;
  /** The envelope's time, seconds. */
  time: number;
  content: Record<string, unknown>;
  status: MessageStatus;
}

export type ChainEvent = 'processed' | 'forgotten' | 'removed' | 'aggregate';

/** The network's state as compute nodes and the scheduler may ask for it, without HTTP between. */
export interface Chain {
  status(hash: string): MessageStatus | null;
  /** POST, INSTANCE, …; null for a message that nobody knows. */
  type(hash: string): string | null;
  /** An INSTANCE message once it was processed; its content stays known when it is removing, forgotten or removed. */
  instance(hash: string): ChainInstance | null;
  /** Hashes of the INSTANCE messages that are processed or removing, oldest first. */
  instances(): string[];
  creditBalance(address: string): bigint;
  /** Credits per second of a VM that still costs; null for anything else. */
  pricePerSecond(hash: string): Decimal | null;
  aggregate(address: string, key: string): Record<string, unknown> | null;
  /** `aggregate` gives `<address>/<key>`; the other events the item hash. Called in the order in which things happen. */
  on(event: ChainEvent, listener: (subject: string) => void): void;
}
