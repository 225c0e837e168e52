import * as z from 'zod';
import { pythonIso } from '../world/python-iso.ts';
import { type Models, readContent } from './content/read-content.ts';
import { itemTypeOf, sha256Hex } from './item-hash.ts';
import type { Incoming } from './message.ts';
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
  item_hash: z.string().refine((hash) => itemTypeOf(hash) !== null, 'not an item hash'),
  time: z.number(),
  channel: z.string().max(128).nullish(),
});

const isTime = (text: string): boolean => /^\s*[+-]?\d+(\.\d*)?\s*$/.test(text) || pythonIso(text) !== null;

/**
 * A price estimate may leave out what only a message that is to be stored needs, or have null there; a time is what the server's model
 * library reads as one. Nothing of it matters to a price.
 */
const estimated = envelope.extend({
  sender: z
    .string()
    .nullish()
    .transform((sender) => sender ?? ''),
  chain: envelope.shape.chain.nullish().transform((chain) => chain ?? 'ETH'),
  channel: z.string().nullish(),
  time: z
    .union([z.number(), z.string().refine(isTime, 'no time')])
    .nullish()
    .transform(() => 0),
});

/**
 * Reads a message off the wire; null for everything that the server answers with a bare `InvalidMessageFormat` (protocol-ccn §2.1,
 * §12.2). Content that is not inline is left null: it has yet to be fetched.
 */
export const parseMessage = (raw: unknown, models: Models, loose = false): Incoming | null => {
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
  const read = readContent(text, message.type, models);
  return read === null ? null : { envelope: message, ...read };
};
