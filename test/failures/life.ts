import { copyFile, cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { openLedger } from '../../src/adapters/ledger/open-ledger.ts';
import type { Ended } from '../support/aleph-process.ts';
import type { DevnetWorld } from '../support/devnet/devnet-world.ts';
import { broken, type FailureCase, fails, freshKey } from './case.ts';

/** No host takes a message. */
const noPost = 'ccn status 503 method=POST path=/api/v0/messages';
/** Every host takes the head, then says that a message is wrong and keeps nothing. */
const refusedPost = ['a', 'b'].map((host) => `ccn-${host} status 422 method=POST path=/api/v0/messages after=1`);
/** No VM starts anywhere. */
const noStart = ['scheduler never-placed', 'crn full'];

/** A create whose message every host refuses. `dies`: before it can put that on record. */
const refusedCreate = (world: DevnetWorld, name: string, { dies = false } = {}): Promise<Ended> =>
  broken(world, refusedPost, () =>
    world.run(`vm create ${name} --request-id ${name} --ttl 1h --no-wait --json`, {
      env: dies ? { ALEPH_AGENT_CRASH: 'create.published:after' } : {},
    }),
  );

/** Does `work` while another process holds the VM. */
const heldByAnother = async ({ folder, now }: DevnetWorld, name: string, work: () => Promise<Ended>): Promise<Ended> => {
  const at = await now();
  const ledger = openLedger({ path: join(folder, 'ledger.sqlite'), now: () => at });
  const { id } = ledger.vms().findLast((vm) => vm.name === name)!;
  ledger.write('lease.take', (transaction) => transaction.lease(id, 'another', at, at + 3_600_000));
  try {
    return await work();
  } finally {
    ledger.write('lease.release', (transaction) => transaction.release(id, 'another'));
    ledger.close();
  }
};

/** The ledger's files under another name, or back; `suffix` none is the ledger itself. */
const ledgerFiles = async ({ folder }: DevnetWorld, from: string, to: string): Promise<void> => {
  for (const end of ['', '-wal', '-shm']) {
    await rm(join(folder, `ledger.sqlite${end}${to}`), { force: true });
    await copyFile(join(folder, `ledger.sqlite${end}${from}`), join(folder, `ledger.sqlite${end}${to}`)).catch(() => {});
  }
};

/** Everything that goes wrong once something was sent. */
export const lifeCases: readonly FailureCase[] = [
  fails('vm exec', 'VM_NOT_READY', async (world) => {
    await freshKey(world, 'agent', '9');
    await world.must('devnet fault scheduler never-placed');
    await world.must('vm create ci --no-wait');
    return world.run('vm exec ci --json -- true');
  }),
  fails('gc carrier confirm', 'CARRIER_UNKNOWN', ({ run }) =>
    run('gc carrier confirm ci - --json', { stdin: `digest=${'0'.repeat(64)}\n` }),
  ),
  fails('gc carrier confirm', 'VM_NOT_FOUND', ({ run }) => run('gc carrier confirm none - --json')),
  fails('vm create', 'POSSIBLE_DUPLICATE', ({ run }) => run('vm create ci --no-wait --json')),
  fails('vm wait', 'STILL_WAITING', ({ run }) => run('vm wait ci --timeout 1s --json')),
  fails('vm create', 'NAME_TAKEN', async ({ must, run }) => {
    await must('devnet fault clear');
    await must('vm wait ci');
    return run('vm create ci --json');
  }),
  fails('vm create', 'SETUP_FAILED', async ({ cwd, run }) => {
    await writeFile(join(cwd, 'setup.sh'), 'exit 3\n');
    return run('vm create set-up --setup setup.sh --json');
  }),
  fails('vm wait', 'SETUP_FAILED', async ({ must, run }) => {
    const ran = await run('vm wait set-up --setup setup.sh --json');
    await must('vm destroy set-up');
    return ran;
  }),
  fails('vm exec', 'EXEC_FAILED', (world) => broken(world, ['crn dead'], () => world.run('vm exec ci --timeout 5m --json -- true'))),
  fails('vm create', 'STILL_WAITING', ({ run }) => run('vm create slow --request-id slow --timeout 1s --json')),
  fails('vm create', 'REQUEST_ID_CONFLICT', ({ run }) => run('vm create slow --request-id slow --ttl 1h --json')),
  fails('vm create', 'VM_BUSY', async (world) => {
    const ran = await heldByAnother(world, 'slow', () => world.run('vm create slow --request-id slow --timeout 1s --json'));
    await world.must('vm destroy slow');
    return ran;
  }),
  fails('vm wait', 'VM_BUSY', async (world) => {
    await world.must('devnet clock advance 1m');
    await world.must('vm create slow --no-wait');
    const ran = await heldByAnother(world, 'slow', () => world.run('vm wait slow --timeout 3m --json'));
    await world.must('vm destroy slow');
    return ran;
  }),

  fails('vm protect', 'APPROVAL_NEEDED', async ({ must, run }) => {
    await must('vm protect ci');
    return run('vm protect ci --off --json');
  }),
  fails('vm protect', 'VM_NOT_READY', async ({ must, run }) => {
    await must('vm create short --ttl 1h --no-wait');
    await must('vm destroy short');
    return run('vm protect short --json');
  }),

  fails('vm destroy', 'APPROVAL_NEEDED', async ({ must, run }) => {
    await must('devnet clock advance 1m');
    await must('vm create tested --task tests --no-wait');
    return run('vm destroy tested --json');
  }),
  fails('vm destroy', 'DESTROY_INCOMPLETE', (world) =>
    broken(world, [noPost], () => world.run('vm destroy tested --task tests --timeout 1m --json')),
  ),
  fails('vm wait', 'DESTROY_INCOMPLETE', async (world) => {
    const ran = await broken(world, [noPost], () => world.run('vm wait tested --timeout 1m --json'));
    await world.must('vm destroy tested --task tests');
    return ran;
  }),
  fails('gc carrier confirm', 'VM_NOT_READY', ({ run }) => run('gc carrier confirm tested - --json')),

  fails('vm create', 'SSH_BLOCKED_FROM_HERE', (world) =>
    broken(world, ['crn ssh-silent'], async () => {
      await world.must('devnet clock advance 1m');
      await world.must('vm create mute --request-id mute --no-wait');
      return world.run('vm create mute --request-id mute --json');
    }),
  ),
  fails('vm wait', 'SSH_BLOCKED_FROM_HERE', async (world) => {
    await world.must('devnet clock advance 1m');
    return broken(world, ['crn ssh-silent'], async () => {
      await world.must('vm create mute --no-wait');
      return world.run('vm wait mute --json');
    });
  }),

  fails('vm create', 'CREATE_FAILED', async (world) => {
    await freshKey(world, 'unlucky', '9');
    return broken(world, noStart, async () => {
      await world.must('vm create none --request-id none --no-wait');
      return world.run('vm create none --request-id none --json');
    });
  }),
  fails('vm wait', 'CREATE_FAILED', async (world) => {
    await world.must('devnet clock advance 1m');
    return broken(world, noStart, async () => {
      await world.must('vm create none --no-wait');
      return world.run('vm wait none --json');
    });
  }),
  fails('vm wait', 'ROLLBACK_INCOMPLETE', async (world) => {
    await freshKey(world, 'stuck', '9');
    return broken(world, noStart, async () => {
      await world.must('vm create stuck --request-id stuck --no-wait');
      await world.must(`devnet fault ${noPost}`);
      return world.run('vm wait stuck --timeout 10m --json');
    });
  }),
  fails('vm create', 'ROLLBACK_INCOMPLETE', async (world) => {
    const ran = await broken(world, [noPost], () => world.run('vm create stuck --request-id stuck --timeout 1m --json'));
    await world.must('vm destroy stuck');
    return ran;
  }),

  fails('vm wait', 'NETWORK_REJECTED', async (world) => {
    await freshKey(world, 'refused', '9');
    await refusedCreate(world, 'no1', { dies: true });
    // the quarter of an hour in which a host still might take it
    await world.must('devnet clock advance 16m');
    return world.run('vm wait no1 --json');
  }),
  fails('vm create', 'COOL_DOWN', ({ run }) => run('vm create no2 --ttl 1h --json')),
  fails('vm create', 'NETWORK_REJECTED', async (world) => {
    await world.must('devnet clock advance 1m');
    return refusedCreate(world, 'no3');
  }),
  fails('vm create', 'BREAKER_OPEN', async (world) => {
    await world.must('devnet clock advance 1m');
    await refusedCreate(world, 'no4');
    await world.must('devnet clock advance 1m');
    return world.run('vm create no5 --ttl 1h --json');
  }),

  fails('vm wait', 'WRONG_ACCOUNT', async (world) => {
    await freshKey(world, 'lost', '9');
    return broken(world, noStart, async () => {
      await world.must('vm create orphan --no-wait');
      await rename(join(world.folder, 'keys', 'lost.json'), join(world.cwd, 'lost.json'));
      await world.must('keys use agent');
      return world.run('vm wait orphan --json');
    });
  }),

  fails('vm create', 'LEDGER_BROKEN', async (world) => {
    const home = join(world.cwd, 'edited');
    await cp(world.folder, home, { recursive: true });
    const raw = new DatabaseSync(join(home, 'ledger.sqlite'));
    raw.exec("DROP TRIGGER effectsKeep; UPDATE effects SET outcome = 'nothing' WHERE seq = 1");
    raw.close();
    return world.run('vm create four --ttl 1h --json', { env: { ALEPH_AGENT_HOME: home } });
  }),

  fails('vm create', 'HEAD_UNPUBLISHED', async (world) => {
    await freshKey(world, 'unheard', '9');
    return broken(world, ['ccn status 502 path=/api/v0/messages method=POST'], () =>
      world.run('vm create unheard --ttl 1h --no-wait --json'),
    );
  }),
  fails('vm create', 'LEDGER_ROLLED_BACK', async (world) => {
    await rename(join(world.cwd, 'lost.json'), join(world.folder, 'keys', 'lost.json'));
    await freshKey(world, 'again', '9');
    await world.must('vm create one --ttl 1h --no-wait');
    await ledgerFiles(world, '', '.kept');
    await world.must('devnet clock advance 1m');
    await world.must('vm create two --ttl 1h --no-wait');
    await ledgerFiles(world, '.kept', '');
    return world.run('vm create three --ttl 1h --json');
  }),
  fails('ledger take-over', 'APPROVAL_NEEDED', ({ run }) => run('ledger take-over --json')),
  fails('ledger verify', 'LEDGER_BROKEN', ({ run }) => run('ledger verify --json')),
  fails('vm create', 'LEDGER_OTHER', async (world) => {
    await ledgerFiles(world, '.none', '');
    return world.run('vm create four --ttl 1h --json');
  }),
];
