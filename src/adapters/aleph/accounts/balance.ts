import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { usd } from '../../../domain/money/money.ts';
import { counted } from '../../../domain/text/counted.ts';
import type { Balance } from '../../../ports/network/accounts.ts';
import { agreeing } from '../http/agreeing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { contradiction, type Told } from '../http/contradiction.ts';
import { hearing } from '../http/hearing.ts';
import { printedInAnyOrder } from '../http/printed.ts';
import { wireCredits, wireInstant } from '../http/wire-values.ts';

/** An account may be overdrawn; a lot below nothing would, where it expires, make the account look richer than it is. */
const lotCredits = wireCredits.refine((credits) => credits >= 0n);

const shape = z.object({
  address: z.string(),
  credit_balance: wireCredits,
  credit_balance_details: z.array(z.object({ expiration_date: wireInstant.nullable(), amount: lotCredits })).nullish(),
});

/**
 * What the account holds (protocol-ccn.md §5.2). The address counts exactly as written: another case is another, empty account.
 * Without lots it cannot be told what expires, so that is `BALANCE_UNREADABLE`.
 */
export const balance = async (ccn: CcnHosts, address: string): Promise<Balance> =>
  balanceIn(await ccn.first(pathOf(address), shape, {}, told(address)), address);

const told = (address: string): Told<z.output<typeof shape> | null> => ({
  about: `the balance of ${address}`,
  print: (found) => `${found?.address} ${found?.credit_balance} ${printedInAnyOrder(found?.credit_balance_details ?? [])}`,
  says: (found) => `${usd(found?.credit_balance ?? 0n)} USD in ${counted(found?.credit_balance_details?.length ?? 0, 'lot')}`,
});

/**
 * What the account holds as two hosts (or the only one) have it; where those that answer differ, what the poorest has, and what the others
 * say is told: too little refuses, too much would spend. `NETWORK_UNAVAILABLE`, `BALANCE_UNREADABLE`.
 */
export const surestBalance = async (ccn: CcnHosts, address: string): Promise<Balance> => {
  const heard = hearing(ccn);
  const { about, print, says } = told(address);
  const words: { host: string; found: z.output<typeof shape> }[] = [];
  const read = async (host: string, signal: AbortSignal): Promise<z.output<typeof shape> | null> => {
    const reading = await heard.from(host, pathOf(address), shape, { signal });
    if (reading.kind !== 'value') return null;
    words.push({ host, found: reading.value });
    return reading.value;
  };
  const agreed = await agreeing(ccn, { about, print, says, read, enough: 'two' });
  if (agreed.kind === 'settled') return balanceIn(agreed.value, address);
  if (words.length < Math.min(2, ccn.hosts.length)) {
    const few = `Two CCN hosts must tell the balance of ${address}; of ${ccn.hosts.length} asked, ${words.length} did.`;
    throw heard.silence('tell the balance') ?? new Failure('BALANCE_UNREADABLE', few);
  }
  const { word, balance: least } = words.map((each) => ({ word: each, balance: balanceIn(each.found, address) })).reduce(poorer);
  const settled = { by: [word.host], says: says(word.found) };
  for (const { host, found } of words) {
    if (print(found) !== print(word.found)) ccn.contradicted(contradiction(about, { host, says: says(found) }, settled));
  }
  return least;
};

/** The one with fewer credits, or with fewer that last. */
const poorer = <Word extends { balance: Balance }>(one: Word, other: Word): Word => {
  const lasting = ({ balance: { lots } }: Word): bigint =>
    lots.reduce((sum, lot) => (lot.expiresAt === null ? sum + lot.credits : sum), 0n);
  if (one.balance.credits !== other.balance.credits) return one.balance.credits < other.balance.credits ? one : other;
  return lasting(one) <= lasting(other) ? one : other;
};

/** What every host that answers has of the account's credits; one that tells of another account has no word. */
export const held = async (ccn: CcnHosts, address: string): Promise<bigint[]> => {
  const readings = await Promise.all(ccn.hosts.map((host) => ccn.from(host, pathOf(address), shape)));
  return readings.flatMap((reading) =>
    reading.kind === 'value' && reading.value.address === address ? [reading.value.credit_balance] : [],
  );
};

const pathOf = (address: string): string => `/api/v0/addresses/${encodeURIComponent(address)}/balance?include_credit_details=true`;

const balanceIn = (found: z.output<typeof shape> | null, address: string): Balance => {
  if (found === null || found.address !== address) {
    throw new Failure('BALANCE_UNREADABLE', `The network answered with the balance of another account than ${address}.`);
  }
  const credits = found.credit_balance;
  const lots = found.credit_balance_details;
  if (lots == null && credits > 0n) {
    throw new Failure('BALANCE_UNREADABLE', `The network holds ${credits} credits for ${address} but does not say which of them expire.`);
  }
  return { credits, lots: (lots ?? []).map((lot) => ({ credits: lot.amount, expiresAt: lot.expiration_date })) };
};
