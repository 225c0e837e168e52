import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AuthenticatedAlephHttpClient } from '@aleph-sdk/client';
import { importAccountFromPrivateKey } from '@aleph-sdk/ethereum';
import { liveStates, type VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { creditsOver } from '../../../src/domain/money/money.ts';
import { formatInstant } from '../../../src/domain/text/instant.ts';
import type { Ended } from '../aleph-process.ts';
import { atDevnetTime } from '../devnet/at-devnet-time.ts';
import type { AnyDevnet, AnyHome, Bill } from '../devnet/devnet-process.ts';
import { approveAs } from '../strays/unmarked-vm.ts';

/** A port forward, as somebody made it with another client: teardown has to take it away. */
export const addForward = async (devnet: AnyDevnet, home: AnyHome): Promise<void> => {
  const [vm] = home.ledger((ledger) => ledger.vms());
  const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(home.privateKey), devnet.ccn);
  const now = await devnet.now();
  await atDevnetTime(now, () =>
    client.createAggregate({ key: 'port-forwarding', content: { [vm!.id]: { ports: {} } }, channel: 'STRANGER', sync: true }),
  );
};

/** The head of another ledger of this account, of a minute ago: as a copy of the home that was quicker. */
export const addForeignHead = async (devnet: AnyDevnet, home: AnyHome): Promise<void> => {
  const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(home.privateKey), devnet.ccn);
  const at = (await devnet.now()) - 60_000;
  const ledger = { id: 'ab'.repeat(16), rows: 7, head: 'cd'.repeat(32), at: formatInstant(at) };
  await atDevnetTime(at, () => client.createAggregate({ key: 'aleph-agent', content: { ledger }, channel: 'ALEPH-AGENT', sync: true }));
};

/** The ledger is gone, with all that belongs to it. */
export const loseLedger = ({ folder }: Pick<AnyHome, 'folder'>): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `ledger.sqlite${end}`), { force: true });
};

/** One process that was killed, or should have been, with all that happened in its home afterwards. */
export interface CrashCase {
  /** As in ALEPH_AGENT_CRASH. */
  crash: string;
  home: AnyHome;
  victim: Ended;
  /** What was found wrong, with the stage at which it was. */
  problems: string[];
}

export const wasKilled = ({ victim }: CrashCase): boolean => victim.signal === 'SIGKILL';

/** The newest that the ledger says of itself: where a process that should have lived was killed, it was at the next. */
export const lastEffect = (home: AnyHome): string => home.ledger((ledger) => ledger.effects().map(({ point }) => point)[0] ?? 'none');

/** Does the tasks, so many at a time, in order of their starts. */
export const inTurns = async <Item>(atOnce: number, items: readonly Item[], task: (item: Item) => Promise<void>): Promise<void> => {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

/** Again, a few times, where a call was refused without having done anything: a machine under load cannot always read in time. */
export const persistently = async (call: () => Promise<Ended>, tries = 5): Promise<Ended> => {
  const ended = await call();
  const refused = ended.signal === null && ended.exit !== 0 && !ended.document().ok;
  const idle = refused && ended.document().error.sideEffects === 'none';
  return idle && tries > 1 ? persistently(call, tries - 1) : ended;
};

/** Runs the line, with the environment's additions, and is the person who agrees where one is asked. */
export const agreed = async (home: AnyHome, line: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  const ended = await persistently(() => home.run(line, { env }));
  if (ended.exit !== 10) return ended;
  approveAs(home.folder, String(ended.document().error.facts['approval']));
  return persistently(() => home.run(line, { env }));
};

const gone = (row: VmRecord): boolean => !liveStates.includes(row.state);

/** Has a VM that can still be destroyed. */
export const isLive = (home: AnyHome): boolean => home.ledger((ledger) => ledger.vms({ states: liveStates }).length > 0);

/** Has a VM whose message was signed and that the network has not heard of. */
export const isUnsent = (home: AnyHome, bills: readonly Bill[]): boolean =>
  home.ledger((ledger) => ledger.vms({ states: ['requested'] }).some(({ id }) => !bills.some(({ hash }) => hash === id)));

/** Everything is proven gone, by the nodes too: nothing is left for gc. */
export const isClean = (home: AnyHome): boolean =>
  home.ledger((ledger) => ledger.vms().every((row) => row.state === 'terminated' && row.receipt?.noLongerListed === true));

const short = (id: string): string => id.slice(0, 8);

/** What may never be, at any moment: bills without a row, live ones that the ledger calls ended, a broken chain. */
export const brokenRecords = (home: AnyHome, bills: readonly Bill[]): string[] => {
  const mine = bills.filter(({ owner }) => owner === home.address);
  return home.ledger((ledger) => {
    const rows = new Map(ledger.vms().map((row) => [row.id, row]));
    return [
      ...mine.filter(({ hash }) => !rows.has(hash)).map(({ hash }) => `${short(hash)} is billed and has no row`),
      ...mine
        .filter(({ hash, endedAt }) => endedAt === null && rows.has(hash) && gone(rows.get(hash)!))
        .map(({ hash }) => `${short(hash)} is billed on and ${rows.get(hash)!.state} in the ledger`),
      ...(ledger.firstBrokenLink() === null ? [] : ['the chain of effects is broken']),
    ];
  });
};

/** Credits that a bill can come to at most: its rate from processed to forgotten, rounded up. */
const mostOf = (bill: Bill): bigint => creditsOver(new Exact(bill.creditsPerSecond), new Exact(bill.endedAt! - bill.processedAt).div(1000));

const wrongHold = (row: VmRecord, bill: Bill | undefined): string | null => {
  const is = `${row.state} ${short(row.id)} holds ${row.hold}`;
  if (row.state === 'dormant') return row.hold === 0n ? null : `${is}, and nothing of it can be billed`;
  const whole = creditsOver(new Exact(row.rate), row.ttlSeconds);
  if (!gone(row)) return row.hold <= whole ? null : `${is}, its whole cost is ${whole}`;
  if (bill === undefined || bill.endedAt === null) return `${is}, and the network never billed it to an end`;
  if (row.hold < mostOf(bill)) return `${is}, the network can still bill ${mostOf(bill)}`;
  const most = creditsOver(new Exact(row.rate), new Exact(row.terminatedAt! - row.signedAt).div(1000));
  return row.hold <= most ? null : `${is}, at most ${most} can be billed until it was proven gone`;
};

/** What may not be once recovery has had its say: unfinished VMs, holds too many or too few, open operations. */
export const unfinished = (home: AnyHome, bills: readonly Bill[]): string[] => {
  const billed = new Map(bills.map((bill) => [bill.hash, bill]));
  return home.ledger((ledger) => [
    ...ledger
      .vms()
      .filter(({ state }) => state !== 'healthy' && state !== 'terminated' && state !== 'dormant')
      .map(({ id, state }) => `${short(id)} is ${state}`),
    ...ledger.vms().flatMap((row) => wrongHold(row, billed.get(row.id)) ?? []),
    ...ledger.operations({ state: 'running' }).map(({ id }) => `operation ${id} is still running`),
  ]);
};

/** What may not be after everything was destroyed. */
export const leftOver = (home: AnyHome, bills: readonly Bill[]): string[] => [
  ...bills.filter(({ owner, endedAt }) => owner === home.address && endedAt === null).map(({ hash }) => `${short(hash)} is billed on`),
  ...home.ledger((ledger) =>
    ledger
      .vms()
      .filter((row) => !gone(row))
      .map(({ id, state }) => `${short(id)} is ${state}`),
  ),
];
