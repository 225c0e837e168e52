import { readStoredPost, type SignedPost } from '../../domain/approval/signed-transfer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { TransfersCopy } from '../../ports/network/accounts.ts';
import type { CloudReader } from '../../ports/network/cloud.ts';
import { answers } from './answers.ts';
import type { Moment } from './moment.ts';
import type { QuoteRow } from './read-requests.ts';

/** A request that a transfer can answer, and what that one must be. */
export interface Fundable {
  row: ApprovalRecord;
  found: QuoteRow;
  moment: Moment;
}

/** `cannot tell`: none is to be seen, and too few hosts show what came. */
export type Funding = SignedPost | 'none' | 'cannot tell';

/** The item hash of the transfer that gave the approval; null where something else did. */
export const transferOf = ({ signature }: Pick<ApprovalRecord, 'signature'>): string | null => readStoredPost(signature)?.id ?? null;

/**
 * Looks for the transfers that answer these requests: of exactly the quoted sum, in the credit history of two CCN hosts (or the only one), and
 * signed by the funder, because hosts could make one up. The history of each payer is read once. Call `signatures.prepare()` first.
 */
export const findFunding = async (context: Pick<ReadContext, 'cloud'>, requests: readonly Fundable[]): Promise<Funding[]> => {
  if (requests.length === 0) return [];
  const cloud = await context.cloud().catch(passed);
  if (cloud === null) return requests.map(() => 'cannot tell');
  const payers = [...new Set(requests.map(({ found }) => found.quote.to))];
  const read = async (payer: string): Promise<TransfersCopy[]> => {
    const since = Math.min(...requests.filter(({ found }) => found.quote.to === payer).map(({ found }) => found.at));
    return (await cloud.accounts.transfers(payer, since).catch(passed)) ?? [];
  };
  const histories = await Promise.all(payers.map(read));
  return Promise.all(requests.map((request) => fundingIn(cloud, histories[payers.indexOf(request.found.quote.to)] ?? [], request)));
};

const fundingIn = async (
  { messages, hosts }: CloudReader,
  copies: readonly TransfersCopy[],
  { row, found, moment }: Fundable,
): Promise<Funding> => {
  const enough = Math.min(2, hosts.length);
  let told = copies.filter(({ rows }) => rows !== null).length >= enough;
  for (const id of shownBy(copies, enough, BigInt(found.quote.credits))) {
    const transfer = await messages.transfer(id).catch(passed);
    if (transfer === null) told = false;
    else if (answers(row, found, transfer.post, moment)) return transfer.post;
  }
  return told ? 'none' : 'cannot tell';
};

/** null for what hosts do not tell; whatever else went wrong goes on. */
const passed = (problem: unknown): null => {
  if (problem instanceof Failure && problem.code !== 'INTERRUPTED') return null;
  throw problem;
};

/** The transfers of this sum that enough hosts show. */
const shownBy = (copies: readonly TransfersCopy[], enough: number, credits: bigint): string[] => {
  const shown = copies.flatMap(({ rows }) => [...new Set((rows ?? []).filter((row) => row.credits === credits).map(({ post }) => post))]);
  return [...new Set(shown)].filter((post) => shown.filter((each) => each === post).length >= enough);
};

/**
 * Do the hosts still show the transfer that gave this approval? `NETWORK_UNAVAILABLE` where they do not tell: then nobody is asked for the
 * money once more.
 */
export const isStillShown = async (
  context: Pick<ReadContext, 'cloud'>,
  { id }: ApprovalRecord,
  { transfer, found }: { transfer: string; found: QuoteRow },
): Promise<boolean> => {
  const { accounts, hosts } = await context.cloud();
  const enough = Math.min(2, hosts.length);
  const copies = (await accounts.transfers(found.quote.to, found.at)).flatMap(({ rows }) => (rows === null ? [] : [rows]));
  const showing = copies.filter((rows) => rows.some(({ post, credits }) => post === transfer && credits === BigInt(found.quote.credits)));
  if (showing.length >= enough) return true;
  if (showing.length === 0 && copies.length >= enough) return false;
  throw new Failure('NETWORK_UNAVAILABLE', `Fewer than two CCN hosts show transfer ${shortId(transfer)}, which answered ${id}.`, {
    fix: agent('Make the same call again in a while; nothing more has to be sent.', 'approvals show', id),
    facts: { approval: id, transfer: shortId(transfer) },
  });
};
