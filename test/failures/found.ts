import type { DevnetWorld } from '../support/devnet/devnet-world.ts';
import { approveAs, secretOf, unmarkedVm } from '../support/strays/unmarked-vm.ts';
import { broken, type FailureCase, fails, freshKey, line } from './case.ts';

/** A VM of the key `finder` by another client, known to both hosts. */
const strayOf = async (world: DevnetWorld): Promise<string> => {
  const { ccns } = world.devnet.data.endpoints;
  const id = await unmarkedVm(
    { ccn: ccns[0]!, privateKey: secretOf(world.folder, 'finder'), now: await world.now() },
    world.devnet.data.crns[0]!.hash,
  );
  await world.must('devnet clock advance 3m');
  return id;
};

let stray = '';

const asked = async ({ run }: DevnetWorld, typed: string): Promise<string> => {
  const ran = await run(`${typed} --json`);
  return String(ran.document().error.facts['approval']);
};

/** What goes wrong when a VM of the account that no ledger knows is to be adopted, or destroyed. */
export const foundCases: readonly FailureCase[] = [
  fails('vm adopt', 'KEY_MISSING', (world) => world.another().run('vm adopt abcdef --json')),
  fails('vm adopt', 'APPROVAL_NEEDED', async (world) => {
    await freshKey(world, 'finder', '9');
    stray = await strayOf(world);
    return world.run(`vm adopt ${stray} --json`);
  }),
  line('VM_NOT_FOUND', 'vm adopt 012345abcdef'),
  fails('vm destroy', 'VM_NOT_FOUND', ({ run }) => run(`vm destroy ${stray.slice(0, 12)} --json`)),
  fails('vm adopt', 'TTL_TOO_LONG', ({ run }) => run(`vm adopt ${stray} --ttl 25h --json`)),
  fails('vm adopt', 'APPROVAL_EXPIRED', async (world) =>
    world.run(`vm adopt ${stray} --ttl 2h --approval ${await asked(world, `vm adopt ${stray}`)} --json`),
  ),
  fails('vm adopt', 'NAME_TAKEN', async (world) => {
    await world.must('vm create taken --ttl 1h --no-wait');
    return world.run(`vm adopt ${stray} --name taken --json`);
  }),
  fails('vm adopt', 'JOURNAL_UNREADABLE', (world) =>
    broken(world, ['ccn-b status 503 path=/aggregates/'], () => world.run(`vm adopt ${stray} --json`)),
  ),
  fails('vm adopt', 'ADOPTION_UNPUBLISHED', async (world) => {
    approveAs(world.folder, await asked(world, `vm adopt ${stray} --ttl 1h`));
    return broken(world, ['ccn status 503 method=POST path=/api/v0/messages'], () => world.run(`vm adopt ${stray} --ttl 1h --json`));
  }),
  fails('vm adopt', 'NOT_OURS', async (world) => {
    await freshKey(world, 'other', '1');
    return world.run(`vm adopt ${stray} --json`);
  }),
];
