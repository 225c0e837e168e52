import { expect, it } from 'vitest';
import { type JournalCopy, journalReadable, latestExpiry, publishedExpiry } from '../../../src/domain/ledger/journal.ts';

const words = (...expiries: (number | null | 'silent')[]): JournalCopy[] =>
  expiries.map((at, index) => ({ host: `h${index}`, expiries: at === 'silent' ? null : at === null ? {} : { vm: at }, head: null }));

it.each([
  { said: words(5, 5), readable: true, latest: 5, published: 5 },
  { said: words(5, 7), readable: true, latest: 7, published: 5 },
  { said: words(null, 7), readable: true, latest: 7, published: null },
  { said: words('silent', 7), readable: false, latest: 7, published: null },
  { said: words('silent', 7, 9), readable: true, latest: 9, published: 7 },
  { said: words(null, null), readable: true, latest: null, published: null },
  { said: words(7), readable: true, latest: 7, published: 7 },
  { said: words(), readable: false, latest: null, published: null },
])('rule 4: what $said comes to', ({ said, readable, latest, published }) => {
  expect([journalReadable(said), latestExpiry(said, 'vm'), publishedExpiry(said, 'vm')]).toEqual([readable, latest, published]);
});
