import type { CcnNode } from '../ccn-node.ts';
import type { MessageRow } from '../message.ts';
import { priced } from '../pricing/priced-content.ts';
import { isoMicro, micro } from './iso.ts';

const paymentTypeOf = (row: MessageRow): string | null => (row.filled === null ? null : (priced(row.filled).payment?.type ?? null));

export const confirmations = (node: CcnNode, row: MessageRow): object[] => {
  if (!node.isConfirmed(row.envelope.item_hash)) return [];
  const height = 20_000_000 + (Math.floor((row.processedAt ?? 0) / 12_000) % 10_000_000);
  return [{ chain: 'ETH', height, hash: `0x${row.envelope.item_hash.slice(0, 64)}` }];
};

const envelopeView = (row: MessageRow) => {
  const { sender, chain, signature, type, item_content, item_type, item_hash, time, channel } = row.envelope;
  return { sender, chain, signature, type, item_content, item_type, item_hash, time: micro(time), channel };
};

/** What is left of a message that was forgotten or removed; what names no payment counts as held for. */
const skeleton = (row: MessageRow) => {
  const { item_content: _gone, ...rest } = envelopeView(row);
  return { ...rest, owner: row.content?.address ?? null, payment_type: paymentTypeOf(row) ?? 'hold', size: row.size };
};

/** A single message as GET /messages/{hash} shows it, by status (protocol-ccn §2.6). */
export const messageView = (node: CcnNode, row: MessageRow): object => {
  const reception = isoMicro(row.receivedAt / 1000);
  const head = { status: row.status, item_hash: row.envelope.item_hash, reception_time: reception };
  const ended = micro(row.endedAt ?? 0);
  const { time } = row.envelope;
  switch (row.status) {
    case 'pending':
      return { ...head, messages: [{ ...envelopeView(row), time: isoMicro(time), content: row.content, reception_time: reception }] };
    case 'rejected':
      return {
        ...head,
        message: { ...envelopeView(row), origin: 'p2p', content: row.content },
        error_code: row.error?.code ?? -1,
        details: row.error?.details ?? null,
      };
    case 'forgotten':
      return { ...head, message: { ...skeleton(row), forgotten_at: ended }, forgotten_by: row.forgottenBy };
    case 'removed':
      return { ...head, message: { ...skeleton(row), removed_at: ended }, reason: row.reason, removed_at: ended, size: row.size };
    default: {
      const proof = confirmations(node, row);
      const message = { ...envelopeView(row), content: row.filled, confirmed: proof.length > 0, confirmations: proof };
      return row.status === 'removing' ? { ...head, message, reason: row.reason } : { ...head, message };
    }
  }
};

/** A message in a list: content as it was sent, no status (protocol-ccn §2.7). */
export const listView = (node: CcnNode, row: MessageRow, format: string): object => {
  const proof = confirmations(node, row);
  const { item_content, ...head } = envelopeView(row);
  const common = { ...head, size: row.size, confirmations: proof, confirmed: proof.length > 0 };
  if (format === 'none') return common;
  if (format === 'headers') {
    const { address, time, key, type, ref } = (row.content ?? {}) as Record<string, unknown>;
    return {
      ...common,
      content: Object.fromEntries(Object.entries({ address, time, key, type, ref }).filter(([, value]) => value !== undefined)),
    };
  }
  return { ...common, item_content, content: row.content };
};

export const endedListView = (row: MessageRow): object => {
  const ended = micro(row.endedAt ?? 0);
  const end =
    row.status === 'forgotten' ? { forgotten_at: ended, forgotten_by: row.forgottenBy } : { removed_at: ended, reason: row.reason };
  return { ...skeleton(row), ...end, status: row.status };
};
