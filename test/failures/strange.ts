import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { DevnetWorld } from '../support/devnet/devnet-world.ts';
import type { Home } from '../support/home.ts';
import { broken, type FailureCase, fails, freshKey } from './case.ts';

/** Writes a row that this home's commands would not have made. */
const plant = (home: Home, make: (rows: readonly VmRecord[]) => VmRecord): VmRecord =>
  home.ledger((ledger) =>
    ledger.write('reconcile.adopt', (transaction) => {
      const row = make(transaction.vms());
      transaction.insertVm(row);
      return row;
    }),
  );

const shared = (world: DevnetWorld): string => {
  const twin = plant(world, ([first]) => {
    if (first === undefined) throw new Error('there is no VM to be like');
    const last = first.id.endsWith('0') ? '1' : '0';
    return { ...first, id: `${first.id.slice(0, -1)}${last}`, name: 'twin', state: 'terminated', terminatedAt: first.signedAt };
  });
  return twin.id.slice(0, 12);
};

/** Names one of two VMs by digits that both have. */
const ambiguous = (typed: string): FailureCase =>
  fails(typed.split(' ').slice(0, 2).join(' '), 'AMBIGUOUS_ID', async ({ must, run }) => {
    const { items } = (await must('vm ls --all')) as { items: { id: string; name: string }[] };
    const twin = items.find(({ name }) => name === 'twin')!;
    const line = typed.replace('ID', twin.id);
    return run(line.includes(' -- ') ? line.replace(' -- ', ' --json -- ') : `${line} --json`);
  });

/** A VM of another key's stands in this ledger as if it were ours, and on its way out. */
const claimed = async (world: DevnetWorld): Promise<void> => {
  const other = world.another();
  await other.must('keys create stranger --unencrypted');
  const { address } = (await other.must('keys show')) as { address: string };
  await world.must(['devnet', 'fund', '2', address]);
  await other.must('vm create theirs --ttl 1h');
  const shown = (await other.must('vm show theirs --full')) as { id: string };
  const theirs = other.ledger((ledger) => ledger.vms()).find(({ id }) => id.startsWith(shown.id))!;
  plant(world, ([first]) => ({
    ...theirs,
    account: first!.account,
    payer: first!.payer,
    name: 'claimed',
    operation: first!.operation,
    state: 'stopping',
    ending: 'destroy',
    stoppingAt: theirs.signedAt,
  }));
};

/** What needs a strange ledger, a strange machine or strangers. */
export const strangeCases: readonly FailureCase[] = [
  fails('vm exec', 'HOST_KEY_CHANGED', async (world) => {
    await freshKey(world, 'strange', '9');
    await world.must('vm create ci --ttl 1h');
    await world.must('vm exec ci -- true');
    return broken(world, ['crn other-host-key'], () => world.run('vm exec ci --json -- true'));
  }),
  fails('vm show', 'AMBIGUOUS_ID', async (world) => world.run(`vm show ${shared(world)} --json`)),
  ambiguous('vm exec ID -- true'),
  ambiguous('vm wait ID'),
  ambiguous('vm destroy ID'),
  ambiguous('ledger ls --vm ID'),
  ambiguous('ledger show ID'),
  fails('vm destroy', 'JOURNAL_UNREADABLE', async (world) => {
    await world.must('devnet clock advance 2h');
    return broken(world, ['ccn-a status 503 path=/api/v0/aggregates'], () => world.run('vm destroy --expired --json'));
  }),
  fails('vm destroy', 'NOT_OURS', async (world) => {
    await claimed(world);
    return world.run('vm destroy claimed --json');
  }),
  fails('ledger reconcile', 'NOT_OURS', ({ run }) => run('ledger reconcile --json')),
  fails('gc', 'NOT_OURS', ({ run }) => run('gc --execute --json')),
];
