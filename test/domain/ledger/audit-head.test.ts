import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineageCheck, lineageOf, nameOfHead, type OwnTrail } from '../../../src/domain/ledger/audit-head.ts';
import type { JournalCopy, PublishedHead } from '../../../src/domain/ledger/journal.ts';
import { noon } from '../judge/judge-case.ts';

const own = (rows: number, id: string | null = 'own', broken: number | null = null): OwnTrail => ({
  id,
  rows,
  hashAt: (row) => (row >= 1 && row <= rows ? `hash-${row}` : null),
  firstBroken: () => broken,
});
const head = (rows: number, patch: Partial<PublishedHead> = {}): PublishedHead => ({
  id: 'own',
  rows,
  head: `hash-${rows}`,
  at: noon + rows,
  governance: null,
  ...patch,
});
const words = (...heads: JournalCopy['head'][]): JournalCopy[] =>
  heads.map((said, index) => ({ host: `h${index}`, expiries: said === 'unreadable' ? null : {}, head: said }));
const kind = (trail: OwnTrail, ...heads: JournalCopy['head'][]) => lineageOf(words(...heads), trail).kind;

describe('which ledger may spend', () => {
  it('XA-02 none whose trail is not whole up to the head that is public, or at all', () => {
    for (const heads of [
      [head(5), head(5)],
      [null, null],
    ]) {
      const trail = own(9, 'own', 3);
      expect(lineageCheck(lineageOf(words(...heads), trail), trail)).toMatchObject({ ok: false, code: 'LEDGER_BROKEN', figure: '3' });
    }
  });

  it('the one that spent last, however far it has come since; anyone where none did', () => {
    expect(kind(own(9), head(5), head(5))).toBe('ours');
    expect(kind(own(5), head(5), head(4))).toBe('ours');
    expect(kind(own(5), head(5), null)).toBe('ours');
    expect(kind(own(5), null, null)).toBe('fresh');
    expect(kind(own(0, null), null, null)).toBe('fresh');
  });

  it('XA-12: not one that was lost, nor a second one beside it', () => {
    expect(kind(own(0, null), head(5), head(5))).toBe('other');
    expect(kind(own(50), head(5, { id: 'another', at: noon + 90 }), head(9))).toBe('other');
    expect(kind(own(50), head(5, { id: 'another', at: noon + 9 }), head(9))).toBe('other');
    expect(kind(own(50), head(5, { id: 'another', at: noon + 8 }), head(9))).toBe('ours');
  });

  it('not an older copy, nor one whose row is another', () => {
    expect(kind(own(4), head(5), head(5))).toBe('rolledBack');
    expect(kind(own(9), head(5, { head: 'changed' }), head(5, { head: 'changed' }))).toBe('rolledBack');
  });

  it('one host is enough to refuse, and two must answer to allow', () => {
    expect(kind(own(4), head(3), head(5))).toBe('rolledBack');
    expect(kind(own(4), null, head(5))).toBe('rolledBack');
    expect(kind(own(4), head(3), 'unreadable')).toBe('unread');
    expect(kind(own(4), 'unreadable', null, null)).toBe('fresh');
    expect(kind(own(4), null)).toBe('fresh');
    expect(kind(own(4))).toBe('unread');
  });

  it('whatever one of two hosts makes up, it opens nothing that the other closes', () => {
    const heads = fc.option(
      fc.record({
        id: fc.constantFrom('own', 'another'),
        rows: fc.integer({ min: 1, max: 12 }),
        head: fc.constantFrom('hash-3', 'hash-5', 'hash-9', 'made up'),
        at: fc.integer({ min: noon, max: noon + 20 }),
        governance: fc.constantFrom(null, { approver: null, rootPolicy: false }),
      }),
    );
    fc.assert(
      fc.property(heads, fc.integer({ min: 5, max: 12 }), (lie, published) => {
        // A copy of 4 rows of a ledger that has published more, by the honest host.
        const found = kind(own(4), lie, head(published));
        return found === 'rolledBack' || found === 'other';
      }),
    );
  });

  it('says what was found and what is public, with a code of its own', () => {
    const check = (trail: OwnTrail, ...heads: JournalCopy['head'][]) => lineageCheck(lineageOf(words(...heads), trail), trail);
    expect(check(own(4), head(5), head(5))).toMatchObject({ ok: false, code: 'LEDGER_ROLLED_BACK', figure: '4', limit: '5' });
    expect(check(own(9), head(5, { head: 'x' }), null).message).toMatch(/^Row 5 of this ledger is another/);
    expect(check(own(0, null), head(5), null)).toMatchObject({ ok: false, code: 'LEDGER_OTHER', figure: 'none', limit: 'own' });
    expect(check(own(4), 'unreadable', head(4))).toMatchObject({ ok: false, code: 'BALANCE_UNREADABLE', figure: '1', limit: '2' });
    expect(check(own(4), head(4), head(4))).toMatchObject({ ok: true });
  });

  it('a head’s name is that of one head only', () => {
    expect(new Set([head(5), head(6), head(5, { id: 'x' }), head(5, { at: 1 }), head(5, { head: 'y' })].map(nameOfHead)).size).toBe(5);
  });
});
