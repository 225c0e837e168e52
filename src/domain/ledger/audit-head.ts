import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import { formatInstant } from '../text/instant.ts';
import { shortId } from '../text/short-id.ts';
import type { JournalWord, PublishedHead } from './journal.ts';

/** The trail of this machine's own ledger. `id` is null until it spends for the first time. */
export interface OwnTrail {
  id: string | null;
  rows: number;
  hashAt(row: number): string | null;
  /** The first row that is missing, changed or moved; null where the chain is whole. */
  firstBroken(): number | null;
}

export type Lineage =
  | { kind: 'fresh'; head: null }
  | { kind: 'ours' | 'other' | 'rolledBack'; head: PublishedHead }
  /** Too few hosts said anything. */
  | { kind: 'unread'; head: null; answered: number; needed: number };

const latest = (heads: readonly PublishedHead[]): PublishedHead | null =>
  heads.reduce<PublishedHead | null>((newest, head) => (newest === null || head.at > newest.at ? head : newest), null);

/**
 * Is this ledger the one that spent last? Two hosts must answer, so that one that keeps silent, or is behind, hides nothing; of what they say
 * the later counts, and of this ledger's own heads each must fit: one host's word is enough to refuse.
 */
export const lineageOf = (words: readonly JournalWord[], own: OwnTrail): Lineage => {
  const said = words.filter(({ head }) => head !== 'unreadable');
  const needed = Math.max(1, Math.min(2, words.length));
  if (said.length < needed) return { kind: 'unread', head: null, answered: said.length, needed };
  const heads = said.flatMap(({ head }) => (typeof head === 'object' && head !== null ? [head] : []));
  const ours = heads.filter(({ id }) => id === own.id);
  const other = latest(heads.filter(({ id }) => id !== own.id));
  const newest = latest(ours);
  if (other !== null && (newest === null || other.at >= newest.at)) return { kind: 'other', head: other };
  if (newest === null) return { kind: 'fresh', head: null };
  const unfit = ours.filter(({ rows, head }) => rows > own.rows || own.hashAt(rows) !== head);
  const lost = latest(unfit);
  return lost === null ? { kind: 'ours', head: newest } : { kind: 'rolledBack', head: lost };
};

/** Names a published head, so that a person's consent to take over binds to exactly this one. */
export const nameOfHead = ({ id, rows, head, at }: PublishedHead): string => `${id}:${rows}:${head}:${at}`;

/** What stands between this ledger and the account's money; passes for the whole ledger that spent last, and where none ever did. */
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
      // A head vouches for every row before it only as far as the chain leads there.
      const broken = own.firstBroken();
      if (broken !== null)
        return judged('LEDGER_BROKEN', false, broken, own.rows, `Row ${broken} of this ledger's audit trail was changed or lost.`);
      return judged('LEDGER_OTHER', true, shortId(own.id ?? 'none'), shortId(lineage.head?.id ?? 'none'), 'This ledger spent last.');
    }
  }
};
