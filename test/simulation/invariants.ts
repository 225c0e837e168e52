import { parseInstant } from '../../src/domain/instant.ts';
import { defaultLimits } from '../../src/domain/policy.ts';
import { liveStates, type VmRecord } from '../../src/domain/vm-record.ts';
import { network, type World } from '../support/test-context.ts';

/** A dormant VM that somebody else made run is nobody's decision: no limit was asked. */
const cameAlive = (world: World, vm: VmRecord): boolean =>
  world.ledger.effects({ vm: vm.id, limit: 500 }).some(({ outcome }) => outcome === 'came alive');

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Every head of the ledger that host a has taken in, in the order of their times. */
const publishedHeads = ({ devnet, account }: World): { rows: number; head: string }[] =>
  (devnet.ccn.state('a').aggregates.get(account)?.get('aleph-agent') ?? []).flatMap(({ content }) =>
    'ledger' in content ? [content['ledger'] as { rows: number; head: string }] : [],
  );

/** Everything that must hold whatever went wrong: a sentence for each thing that does not. `notified`: notify calls by VM. */
export const broken = (world: World, notified: ReadonlyMap<string, number>): string[] => {
  const { ledger, devnet, account } = world;
  const now = devnet.clock.now();
  const problems: string[] = [];
  const rows = ledger.vms({ account, network });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const short = (id: string): string => `${id.slice(0, 8)} (${byId.get(id)?.state ?? 'no row'})`;

  for (const bill of devnet.ccn.bills().filter(({ owner }) => owner === account)) {
    const row = byId.get(bill.hash);
    if (row === undefined) {
      problems.push(`${short(bill.hash)} is billed and has no row`);
      continue;
    }
    const open = bill.endedAt === null;
    if (open && row.state === 'terminated') problems.push(`${short(bill.hash)} is terminated and still billed`);
    const metadata = devnet.chain.instance(bill.hash)?.content['metadata'] as { expires?: string } | null;
    if (open && (metadata?.expires === undefined || parseInstant(metadata.expires) !== row.expiresAt)) {
      problems.push(`${short(bill.hash)} has no expiry on the network, or another than its row`);
    }
    // What is dormant, or was until just now, is not held for: rule 1 lets go after 15 min.
    if (row.state === 'dormant') continue;
    const until = row.state === 'terminated' ? (bill.endedAt ?? now) : Math.min(bill.endedAt ?? now, row.expiresAt);
    const cost = Math.floor((Number(bill.creditsPerSecond) * Math.max(0, until - bill.processedAt)) / 1000);
    if (Number(row.hold) < cost && !row.settled) problems.push(`${short(bill.hash)} is held for ${row.hold} and can be billed ${cost}`);
    if (row.settled && row.hold.toString() !== bill.billedCredits) {
      problems.push(`${short(bill.hash)} was settled at ${row.hold} and billed ${bill.billedCredits}`);
    }
  }

  for (const { id } of rows.filter(({ state }) => state === 'terminated')) {
    for (const host of ['a', 'b'] as const) {
      const status = devnet.ccn.state(host).messages.get(id)?.status;
      if (status === 'processed' || status === 'removing') problems.push(`${short(id)} is ${status} at host ${host}`);
    }
  }

  const live = rows.filter((row) => liveStates.includes(row.state) && !cameAlive(world, row));
  const slots = new Set(live.map(({ operation }) => operation));
  if (slots.size !== live.length) problems.push(`${live.length} VMs live in ${slots.size} slots: two attempts of one create at once`);
  if (slots.size > defaultLimits.maxVms) problems.push(`${slots.size} VMs at once`);
  const burn = live.reduce((perHour, { rate }) => perHour + Number(rate) * 3600, 0);
  if (burn > Number(defaultLimits.maxBurnCreditsPerHour) * 1.02) problems.push(`a burn of ${burn} credits/h`);
  const day = now - (now % 86_400_000);
  const held = sum(rows.filter((row) => row.signedAt >= day && !cameAlive(world, row)).map(({ hold }) => hold));
  if (held > defaultLimits.maxDayCredits) problems.push(`${held} credits held on one day`);
  for (const { expiresAt, signedAt, id } of rows) {
    if (expiresAt - signedAt > defaultLimits.maxTtlSeconds * 1000) problems.push(`${short(id)} lives for too long`);
  }

  const heads = publishedHeads(world);
  for (const { rows, head } of heads) {
    if (ledger.effects({ before: rows + 1, limit: 1 })[0]?.hash !== head) problems.push(`row ${rows} is not the one that was published`);
  }
  if (heads.some(({ rows }, index) => index > 0 && rows <= heads[index - 1]!.rows))
    problems.push('a later published head is not a longer one');

  for (const [id, count] of notified) if (count > 1) problems.push(`${short(id)} was notified ${count} times`);
  const link = ledger.firstBrokenLink();
  if (link !== null) problems.push(`the chain is broken at effect ${link}`);
  return problems;
};

/** What must be left when everything works again and all has expired: nothing that costs, nothing open. */
export const unfinished = (world: World, settled: boolean): string[] => {
  const { ledger, devnet, account } = world;
  return [
    ...devnet.ccn
      .bills()
      .filter(({ owner, endedAt }) => owner === account && endedAt === null)
      .map(({ hash }) => `${hash.slice(0, 8)} (${ledger.vm(hash)?.state}) is still billed`),
    ...ledger
      .vms({ account, network })
      .filter((row) => row.state !== 'dormant' && !(row.state === 'terminated' && (row.settled || !settled)))
      .map((row) => `${row.id.slice(0, 8)} is left ${row.state}${row.settled ? '' : ', not settled'}`),
    ...ledger
      .vms({ account, network, states: ['dormant'] })
      .filter(({ hold }) => hold > 0n)
      .map(({ id, hold }) => `${id.slice(0, 8)} is dormant and held for ${hold}`),
    ...ledger.operations({ account, network, state: 'running' }).map(({ id }) => `operation ${id} never ended`),
  ];
};
