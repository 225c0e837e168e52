import type { MessageStatus } from '../world/chain.ts';

export const messageTypes = ['POST', 'AGGREGATE', 'STORE', 'PROGRAM', 'INSTANCE', 'FORGET', 'V-PROGRAM'] as const;
export type MessageType = (typeof messageTypes)[number];
export type Content = Record<string, unknown> & { address: string; time: number };

/** A message as it travels (protocol-ccn §1.1), with what the node infers filled in. `time` in seconds. */
export interface Envelope {
  sender: string;
  chain: string;
  signature: string | null;
  type: MessageType;
  item_type: 'inline' | 'ipfs' | 'storage';
  item_content: string | null;
  item_hash: string;
  time: number;
  channel: string | null;
}

/** A message as it came in: its content raw, as parsed from the text, and filled with the model's defaults. */
export interface Incoming {
  envelope: Envelope;
  content: Content | null;
  filled: Content | null;
}

export interface MessageRow extends Incoming {
  status: MessageStatus;
  /** When the node first saw it, ms. */
  receivedAt: number;
  processedAt: number | null;
  attempts: number;
  error: { code: number; details: unknown } | null;
  forgottenBy: string[];
  /** Why it is removing or was removed. */
  reason: string | null;
  /** Forgotten or removed, in seconds, as the network reports it. */
  endedAt: number | null;
  /** Of its content, in bytes; of the file that it stored once it has ended, null where it stored none. */
  size: number | null;
}

/** What a first or further attempt at processing came to; `retry` stays pending until attempts run out. */
export type Outcome = { kind: 'processed' } | { kind: 'rejected' | 'retry'; code: number; details: unknown };

export const rejected = (code: number, details: unknown = null): Outcome => ({ kind: 'rejected', code, details });
export const retry = (code: number, details: unknown = null): Outcome => ({ kind: 'retry', code, details });

/** protocol-ccn §2.5. */
export const errorCodes = {
  internal: -1,
  invalidFormat: 0,
  invalidSignature: 1,
  permissionDenied: 2,
  contentUnavailable: 3,
  fileUnavailable: 4,
  balanceInsufficient: 5,
  creditInsufficient: 6,
  amendNoTarget: 100,
  amendTargetNotFound: 101,
  amendAmend: 102,
  storeRefNotFound: 200,
  storeUpdateUpdate: 201,
  invalidPaymentMethod: 202,
  vmRefNotFound: 300,
  vmVolumeNotFound: 301,
  vmVolumeTooSmall: 304,
  forgetNoTarget: 500,
  forgetTargetNotFound: 501,
  forgetForget: 502,
  forgetNotAllowed: 503,
} as const;
