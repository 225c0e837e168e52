import type { OpenLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { liveStates, type VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { Limits } from '../../src/domain/limits/limits.ts';
import { parseInstant } from '../../src/domain/text/instant.ts';
import { network, type World } from '../support/test-context.ts';
import { overdrawn } from './limits-held.ts';
import { unreadableRows } from './unreadable-rows.ts';

/** A world and all who keep books in it. */
export interface Scene {
  world: World;
  /** One for each machine. */
  ledgers: readonly OpenLedger[];
  /** How often a node that would kill a booting VM at a second word was told to start it, by item hash. */
  notified: ReadonlyMap<string, number>;
  /** VMs that no command of ours made. */
  strays: ReadonlySet<string>;
  /** The loosest that was ever in force. */
  loosest: Pick<Limits, 'maxVms' | 'maxBurnCreditsPerHour' | 'maxDayCredits' | 'maxTotalCredits'>;
  /** The largest budget that each task ever had. */
  budgets: ReadonlyMap<string, bigint>;
}

interface Bill {
  hash: string;
  processedAt: number;
  endedAt: number | null;
  creditsPerSecond: string;
  billedCredits: string;
}

const billsOf = ({ devnet, account }: World): Bill[] => devnet.ccn.bills().filter(({ owner }) => owner === account) as unknown as Bill[];

/** A dormant VM that somebody else made run is nobody's decision: no limit was asked. */
const isRevived = (ledger: OpenLedger, id: string): boolean =>
  ledger.effects({ vm: id, limit: 500 }).some(({ outcome }) => outcome === 'came alive');

/** Every head of a ledger that host a has taken in, in the order of their times. */
const publishedHeads = ({ devnet, account }: World): { id: string; rows: number; head: string }[] =>
  (devnet.ccn.state('a').aggregates.get(account)?.get('aleph-agent') ?? []).flatMap(({ content }) =>
    'ledger' in content ? [content['ledger'] as { id: string; rows: number; head: string }] : [],
  );

/** The expiries that are public for a VM, in ms: of its metadata, and whatever any host has in the account's journal. */
const publicExpiries = ({ devnet, account }: World, id: string): number[] => {
  const metadata = devnet.chain.instance(id)?.content['metadata'] as { expires?: string } | null;
  const entries = (['a', 'b'] as const).flatMap((host) =>
    (devnet.ccn.state(host).aggregates.get(account)?.get('aleph-agent') ?? []).map(
      ({ content }) => (content[id] as { expires?: string } | undefined)?.expires,
    ),
  );
  return [metadata?.expires, ...entries].flatMap((text) => (text === undefined ? [] : (parseInstant(text) ?? [])));
};

const short = (row: VmRecord): string => `${row.id.slice(0, 8)} (${row.state})`;

/** What one row says, against what the network bills. */
const wrongRow = ({ world, strays }: Scene, row: VmRecord, bill: Bill | undefined): string[] => {
  const now = world.devnet.clock.now();
  // One that nobody ended at its expiry bills on, and is held for as long as it did.
  const ended = row.terminatedAt ?? Math.max(now, row.signedAt + row.ttlSeconds * 1000, row.expiresAt);
  const most = BigInt(Math.ceil((Number(row.rate) * (ended - row.signedAt)) / 1000)) + 1n;
  const problems = [
    ...(row.hold > most && !strays.has(row.id) ? [`${short(row)} is held for ${row.hold} and can be billed ${most} at most`] : []),
  ];
  if (bill === undefined) return problems;
  const open = bill.endedAt === null;
  if (open && row.state === 'terminated') problems.push(`${short(row)} is terminated and still billed`);
  // What is dormant, or was until just now, is not held for: rule 1 lets go after 15 min.
  if (row.state === 'dormant') return problems;
  const until = row.state === 'terminated' ? (bill.endedAt ?? now) : Math.min(bill.endedAt ?? now, row.expiresAt);
  const cost = Math.floor((Number(bill.creditsPerSecond) * Math.max(0, until - bill.processedAt)) / 1000);
  if (Number(row.hold) < cost && !row.settled) problems.push(`${short(row)} is held for ${row.hold} and can be billed ${cost}`);
  if (row.settled && row.hold.toString() !== bill.billedCredits) {
    problems.push(`${short(row)} was settled at ${row.hold} and billed ${bill.billedCredits}`);
  }
  return problems;
};

/** What the network has come to bill, up to the expiries: never more than the loosest policy that ever was let pass. */
const overspent = ({ world, ledgers, strays, loosest, budgets }: Scene): string[] => {
  const now = world.devnet.clock.now();
  const rowOf = (id: string) => ledgers.map((ledger) => ledger.vm(id)).find((row) => row !== null) ?? null;
  const ordered = billsOf(world).flatMap((bill) => {
    const row = rowOf(bill.hash);
    if (row === null || strays.has(bill.hash) || ledgers.some((ledger) => isRevived(ledger, bill.hash))) return [];
    const until = Math.min(bill.endedAt ?? now, row.expiresAt);
    const cost = (since: number) => (Number(bill.creditsPerSecond) * Math.max(0, until - Math.max(since, bill.processedAt))) / 1000;
    return [{ row, cost, open: bill.endedAt === null && now < row.expiresAt, perHour: Number(bill.creditsPerSecond) * 3600 }];
  });
  const total = (since: number, some = ordered): number => some.reduce((sum, { cost }) => sum + cost(since), 0);
  const open = ordered.filter((each) => each.open);
  const slots = new Set(open.map(({ row }) => row.operation));
  const burn = open.reduce((sum, { perHour }) => sum + perHour, 0);
  const today = total(now - (now % 86_400_000));
  return [
    ...(slots.size !== open.length ? [`${open.length} VMs are billed in ${slots.size} slots: two attempts of one create at once`] : []),
    ...(slots.size > loosest.maxVms ? [`${slots.size} VMs are billed at once`] : []),
    ...(burn > Number(loosest.maxBurnCreditsPerHour) * 1.02 ? [`${burn} credits/h are billed`] : []),
    ...(today > Number(loosest.maxDayCredits) ? [`${today} credits were billed on one day`] : []),
    ...(total(0) > Number(loosest.maxTotalCredits) ? [`${total(0)} credits were billed in all`] : []),
    ...[...budgets].flatMap(([task, budget]) => {
      const spent = total(
        0,
        ordered.filter(({ row }) => row.task === task),
      );
      return spent > Number(budget) ? [`${spent} credits were billed to task ${task}, whose budget is ${budget}`] : [];
    }),
  ];
};

const wrongLedger = (scene: Scene, ledger: OpenLedger, bills: ReadonlyMap<string, Bill>): string[] => {
  const { world } = scene;
  const rows = ledger.vms({ account: world.account, network });
  const link = ledger.firstBrokenLink();
  const live = rows.filter((row) => liveStates.includes(row.state) && !isRevived(ledger, row.id));
  const slots = new Set(live.map(({ operation }) => operation));
  return [
    ...rows.flatMap((row) => (scene.ledgers.length > 1 ? [] : wrongRow(scene, row, bills.get(row.id)))),
    ...rows
      .filter(({ state }) => state === 'terminated')
      .flatMap((row) =>
        (['a', 'b'] as const).flatMap((host) => {
          const status = world.devnet.ccn.state(host).messages.get(row.id)?.status;
          return status === 'processed' || status === 'removing' ? [`${short(row)} is ${status} at host ${host}`] : [];
        }),
      ),
    ...(slots.size !== live.length ? [`${live.length} VMs live in ${slots.size} slots: two attempts of one create at once`] : []),
    ...overdrawn(ledger, world.account),
    ...unreadableRows(ledger),
    ...(link === null ? [] : [`the chain is broken at effect ${link}`]),
  ];
};

/** Everything that must hold whatever went wrong: a sentence for each thing that does not. */
export const broken = (scene: Scene): string[] => {
  const { world, ledgers, notified, strays } = scene;
  const bills = new Map(billsOf(world).map((bill) => [bill.hash, bill]));
  const problems = [...ledgers.flatMap((ledger) => wrongLedger(scene, ledger, bills)), ...overspent(scene)];

  for (const { hash, endedAt } of bills.values()) {
    const rows = ledgers.flatMap((ledger) => ledger.vm(hash) ?? []);
    if (rows.length === 0 && !strays.has(hash)) problems.push(`${hash.slice(0, 8)} is billed and has no row`);
    const known = publicExpiries(world, hash);
    if (rows.length === 0 || endedAt !== null) continue;
    if (known.length === 0) problems.push(`${hash.slice(0, 8)} has no expiry on the network`);
    const [underWay] = ledgers.flatMap((ledger) =>
      ledger.operations({ account: world.account, network, kind: 'extend', state: 'running' }),
    );
    const fits = rows.some(({ expiresAt }) => known.includes(expiresAt));
    if (!fits && underWay === undefined) problems.push(`${short(rows[0]!)} has another expiry on the network than its row`);
  }

  const heads = publishedHeads(world);
  const holds = ({ rows, head }: { rows: number; head: string }) =>
    ledgers.some((ledger) => ledger.effects({ before: rows + 1, limit: 1 })[0]?.hash === head);
  for (const head of heads) if (!holds(head)) problems.push(`row ${head.rows} is not the one that was published`);
  for (const id of new Set(heads.map((head) => head.id))) {
    const own = heads.filter((head) => head.id === id);
    if (own.some(({ rows }, index) => index > 0 && rows < own[index - 1]!.rows))
      problems.push(`a later published head is a shorter one: ${own.map(({ rows }) => rows).join(' ')}`);
  }
  for (const [id, count] of notified) if (count > 1) problems.push(`${id.slice(0, 8)} was notified ${count} times`);
  return problems;
};

/** What must be left when everything works again and all has expired: nothing that costs, nothing open. */
export const unfinished = ({ world, strays }: Scene, ledger: OpenLedger, settled: boolean): string[] => {
  const scope = { account: world.account, network };
  return [
    ...billsOf(world)
      .filter(({ hash, endedAt }) => endedAt === null && !(strays.has(hash) && ledger.vm(hash) === null))
      .map(({ hash }) => `${hash.slice(0, 8)} (${ledger.vm(hash)?.state}) is still billed`),
    ...ledger
      .vms(scope)
      .filter((row) => row.state !== 'dormant' && !(row.state === 'terminated' && (row.settled || !settled)))
      .map((row) => `${short(row)} is left${row.settled ? '' : ', not settled'}`),
    ...ledger
      .vms({ ...scope, states: ['dormant'] })
      .filter(({ hold }) => hold > 0n)
      .map(({ id, hold }) => `${id.slice(0, 8)} is dormant and held for ${hold}`),
    ...ledger.operations({ ...scope, state: 'running' }).map(({ id, kind }) => `${kind} ${id} never ended`),
  ];
};
