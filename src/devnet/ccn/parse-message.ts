import * as z from 'zod';
import { itemHash } from './content/fields.ts';
import { itemTypeOf, sha256Hex } from './item-hash.ts';
import type { Content, Incoming, MessageType } from './message.ts';
import { messageTypes } from './message.ts';
import { knownChains } from './signature.ts';

const MAX_INLINE_CHARACTERS = 200_000;

const envelope = z.object({
  sender: z.string(),
  chain: z.enum(knownChains as [string, ...string[]]),
  signature: z.string().nullish(),
  type: z.enum(messageTypes),
  item_type: z.enum(['inline', 'ipfs', 'storage']).nullish(),
  item_content: z.string().nullish(),
  item_hash: itemHash,
  time: z.number(),
  channel: z.string().max(128).nullish(),
});

/** A price estimate may leave out what only a message that is to be stored needs. */
const estimated = envelope.extend({
  sender: z.string().default(''),
  chain: envelope.shape.chain.default('ETH'),
  time: z.number().default(0),
});

/** JSON that writes a whole number as 10.0 is no strict integer to the server; JSON.parse cannot tell. */
const hasFloatSize = (text: string): boolean => /"size_mib"\s*:\s*-?\d+[.eE]/.test(text);

const parseObject = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/**
 * Reads a message off the wire; null for everything that the server answers with a bare `InvalidMessageFormat` (protocol-ccn §2.1,
 * §12.2). Content that is not inline is left null: it has yet to be fetched.
 */
export const parseMessage = (raw: unknown, models: Partial<Record<MessageType, z.ZodType>>, loose = false): Incoming | null => {
  const parsed = (loose ? estimated : envelope).safeParse(raw);
  if (!parsed.success) return null;
  const { item_content: text = null, item_hash: hash } = parsed.data;
  const type = parsed.data.item_type ?? (text === null ? itemTypeOf(hash) : 'inline');
  if (type === null || (type === 'inline') !== (text !== null)) return null;
  if (type !== 'inline' && type !== itemTypeOf(hash)) return null;
  const message = {
    ...parsed.data,
    signature: parsed.data.signature ?? null,
    channel: parsed.data.channel ?? null,
    item_type: type,
    item_content: text,
  };
  if (text === null) return { envelope: message, content: null, filled: null };
  if (text.length > MAX_INLINE_CHARACTERS || sha256Hex(text) !== hash) return null;
  if ((message.type === 'INSTANCE' || message.type === 'PROGRAM') && hasFloatSize(text)) return null;
  const content = parseObject(text);
  const filled = content === null ? null : models[message.type]?.safeParse(content);
  if (!filled?.success) return null;
  return { envelope: message, content: content as Content, filled: filled.data as Content };
};
