import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import { formatInstant } from '../text/instant.ts';
import { shortId } from '../text/short-id.ts';
import type { JournalCopy, PublishedHead } from './journal.ts';

/** The audit trail of this machine's own ledger. `id` is null until the ledger spends for the first time. */
export interface OwnTrail {
  id: string | null;
  rows: number;
  hashAt(row: number): string | null;
  /** The number of the first row that is missing, changed or moved; null where the hash chain is whole. */
  firstBroken(): number | null;
}

export type Lineage =
  | { kind: 'fresh'; head: null }
  | { kind: 'ours' | 'other' | 'rolledBack'; head: PublishedHead }
  /** Too few CCN hosts answered to tell. */
  | { kind: 'unread'; head: null; answered: number; needed: number };

const latest = (heads: readonly PublishedHead[]): PublishedHead | null =>
  heads.reduce<PublishedHead | null>((newest, head) => (newest === null || head.at > newest.at ? head : newest), null);

/**
 * Which ledger spent last from this account? Two CCN hosts must answer, so that a host that is silent or behind hides nothing. Of the other
 * ledgers' heads the latest counts. Every head of this ledger must fit its trail: one host's word is enough to refuse.
 */
export const lineageOf = (journals: readonly JournalCopy[], own: OwnTrail): Lineage => {
  const readable = journals.filter(({ head }) => head !== 'unreadable');
  const needed = Math.max(1, Math.min(2, journals.length));
  if (readable.length < needed) return { kind: 'unread', head: null, answered: readable.length, needed };
  const heads = readable.flatMap(({ head }) => (typeof head === 'object' && head !== null ? [head] : []));
  const ours = heads.filter(({ id }) => id === own.id);
  const other = latest(heads.filter(({ id }) => id !== own.id));
  const newest = latest(ours);
  if (other !== null && (newest === null || other.at >= newest.at)) return { kind: 'other', head: other };
  if (newest === null) return { kind: 'fresh', head: null };
  const unfit = ours.filter(({ rows, head }) => rows > own.rows || own.hashAt(rows) !== head);
  const lost = latest(unfit);
  return lost === null ? { kind: 'ours', head: newest } : { kind: 'rolledBack', head: lost };
};

/** The name of a published head, so that a person who agrees to a take-over agrees to replace exactly this head. */
export const nameOfHead = ({ id, rows, head, at }: PublishedHead): string => `${id}:${rows}:${head}:${at}`;

/** Checks that this ledger may spend the account's money: it must be whole and must have spent last, unless no ledger ever spent. */
export const lineageCheck = (lineage: Lineage, own: OwnTrail): JudgedCheck => {
  switch (lineage.kind) {
    case 'unread': {
      const { answered, needed } = lineage;
      const message = `Only ${answered} of ${needed} CCN hosts tell which ledger spent last from this account.`;
      return judged('BALANCE_UNREADABLE', false, answered, needed, message);
    }
    case 'other': {
      const { id, at } = lineage.head;
      const message = `Another ledger spent last from this account, at ${formatInstant(at)}: what it held and allowed is not known here.`;
      return judged('LEDGER_OTHER', false, shortId(own.id ?? 'none'), shortId(id), message);
    }
    case 'rolledBack': {
      const { rows, at } = lineage.head;
      const message =
        rows > own.rows
          ? `This ledger has ${own.rows} rows, and had ${rows} when it spent at ${formatInstant(at)}: it is an older copy.`
          : `Row ${rows} of this ledger is another than when it spent at ${formatInstant(at)}: it was changed, or went on from a copy.`;
      return judged('LEDGER_ROLLED_BACK', false, own.rows, rows, message);
    }
    default: {
      // A head vouches for all rows before it only as far as the hash chain is whole.
      const broken = own.firstBroken();
      if (broken !== null)
        return judged('LEDGER_BROKEN', false, broken, own.rows, `Row ${broken} of this ledger's audit trail was changed or lost.`);
      return judged('LEDGER_OTHER', true, shortId(own.id ?? 'none'), shortId(lineage.head?.id ?? 'none'), 'This ledger spent last.');
    }
  }
};
