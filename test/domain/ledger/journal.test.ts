import { expect, it } from 'vitest';
import { type JournalCopy, journalReadable, publishedExpiry, putOffUntil } from '../../../src/domain/ledger/journal.ts';

const words = (...expiries: (number | null | 'silent')[]): JournalCopy[] =>
  expiries.map((at, index) => ({ host: `h${index}`, expiries: at === 'silent' ? null : at === null ? {} : { vm: at }, head: null }));

it.each([
  { said: words(5, 5), readable: true, putOff: 5, agreed: true, published: 5 },
  { said: words(5, 7), readable: true, putOff: 7, agreed: false, published: 5 },
  { said: words(null, 7), readable: true, putOff: 7, agreed: false, published: null },
  { said: words('silent', 7), readable: false, putOff: 7, agreed: false, published: null },
  { said: words('silent', 7, 9), readable: true, putOff: 9, agreed: false, published: 7 },
  { said: words(null, null), readable: true, putOff: null, agreed: false, published: null },
  { said: words(7), readable: true, putOff: 7, agreed: true, published: 7 },
  { said: words(), readable: false, putOff: null, agreed: false, published: null },
  { said: words(5, 5, 9), readable: true, putOff: 5, agreed: true, published: 5 },
  { said: words(null, null, 9), readable: true, putOff: null, agreed: false, published: null },
  { said: words(5, 9, 9), readable: true, putOff: 9, agreed: true, published: 9 },
  { said: words(5, 7, 9), readable: true, putOff: 7, agreed: true, published: 7 },
])('rule 4, S-03: what $said comes to', ({ said, readable, putOff, agreed, published }) => {
  const found = putOffUntil(said, 'vm');
  expect([journalReadable(said), found, publishedExpiry(said, 'vm')]).toEqual([
    readable,
    putOff === null ? null : { until: putOff, agreed },
    published,
  ]);
});
