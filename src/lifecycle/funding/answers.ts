import { readTransfer, type SignedPost, signedLines } from '../../domain/approval/signed-transfer.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { boughtTime } from '../../domain/plan/bought-time.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import { dayMs, type Moment } from './moment.ts';
import type { QuoteRow } from './read-requests.ts';

/** Does this POST, by its signed text alone, answer this request and no other? `found`: what the request quotes. */
export const answers = (row: ApprovalRecord, found: QuoteRow, post: SignedPost, { now, quotes, context }: Moment): boolean => {
  const { quote, at } = found;
  const lines = signedLines(post);
  const words = readTransfer(post.content);
  const [credit, ...others] = words?.to ?? [];
  if (lines === null || words === null || credit === undefined || others.length > 0) return false;
  const funder = quote.funder.toLowerCase();
  if (post.sender !== words.from || words.from.toLowerCase() !== funder) return false;
  if (credit.address !== quote.to || credit.credits !== BigInt(quote.credits)) return false;
  const until = boughtTime(readPlan(row), now)?.until;
  if (until === undefined || (credit.expiresAt !== null && credit.expiresAt < until + dayMs)) return false;
  if (words.at < at || words.at > quote.expires || isOfEarlier(quotes(), found, words.at)) return false;
  return context.signatures.signerOfText(lines, post.signature) === funder;
};

/** Was an earlier request quoted the same sum, and open when the transfer was made? Then it is the answer to that one. */
const isOfEarlier = (quotes: readonly QuoteRow[], { seq, quote }: QuoteRow, madeAt: number): boolean =>
  quotes.some(
    (other) =>
      other.seq < seq &&
      other.quote.to === quote.to &&
      BigInt(other.quote.credits) === BigInt(quote.credits) &&
      other.at <= madeAt &&
      madeAt <= other.quote.expires,
  );
