import type { Context } from 'hono';
import type { MessageRow } from '../message.ts';
import { messageTypes } from '../message.ts';
import { priced } from '../pricing/priced-content.ts';
import { choiceOf, datesOf, hashesOf, integerOf, listOf, refuse, within } from './query.ts';

export const tagsOf = (row: MessageRow): string[] => {
  const content = row.content;
  if (content === null) return [];
  const { type } = row.envelope;
  const holder = type === 'POST' || type === 'AGGREGATE' ? content['content'] : type === 'STORE' ? content : content['metadata'];
  const tags = (holder as { tags?: unknown } | null | undefined)?.tags;
  return Array.isArray(tags) ? tags.map(String) : [];
};

/** The filters that message lists share (protocol-ccn §2.7): exact, case-sensitive, all must hold. */
export const listFilter = (c: Context): ((row: MessageRow) => boolean) => {
  const wanted: [string[] | null, (row: MessageRow) => string | null | undefined][] = [
    [listOf(c, 'addresses'), (row) => row.envelope.sender],
    [listOf(c, 'owners'), (row) => row.content?.address],
    [choiceOf(c, messageTypes, 'msgTypes', 'msgType'), (row) => row.envelope.type],
    [hashesOf(c, 'hashes'), (row) => row.envelope.item_hash],
    [listOf(c, 'channels'), (row) => row.envelope.channel],
    [listOf(c, 'chains'), (row) => row.envelope.chain],
    [
      choiceOf(c, ['hold', 'superfluid', 'credit'], 'paymentTypes'),
      (row) => (row.filled === null ? null : priced(row.filled).payment?.type),
    ],
    [listOf(c, 'refs'), (row) => row.content?.['ref'] as string | undefined],
    [hashesOf(c, 'contentHashes'), (row) => row.content?.['item_hash'] as string | undefined],
    [hashesOf(c, 'contentKeys'), (row) => row.content?.['key'] as string | undefined],
    [listOf(c, 'contentTypes'), (row) => row.content?.['type'] as string | undefined],
  ];
  const tags = listOf(c, 'tags');
  const dates = datesOf(c);
  if (integerOf(c, 'startBlock', 0, 0) > 0 || integerOf(c, 'endBlock', 0, 0) > 0)
    throw refuse(501, 'This devnet has no blocks to choose messages by. See docs/devnet.md.');
  return (row) =>
    wanted.every(([list, field]) => list === null || list.includes(field(row) ?? '')) &&
    (tags === null || tagsOf(row).some((tag) => tags.includes(tag))) &&
    within(dates, row.envelope.time);
};
