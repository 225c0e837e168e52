import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FailureCase, fails, line } from './case.ts';

const keystore = resolve(import.meta.dirname, '../fixtures/keystore-v3.json');

/** Keys, settings, profiles and devnets: what goes wrong on this machine alone. */
export const localCases: readonly FailureCase[] = [
  fails('keys create', 'KEY_EXISTS', async ({ must, run }) => {
    await must('keys create agent --unencrypted');
    return run('keys create agent --unencrypted --json');
  }),
  fails('keys import', 'KEY_EXISTS', ({ run }) =>
    run('keys import agent --private-key - --unencrypted --json', { stdin: 'c0ffee'.padStart(64, '0') }),
  ),
  fails('keys import', 'KEY_INVALID', ({ run }) => run('keys import new --private-key - --unencrypted --json', { stdin: 'no key' })),
  fails('keys import', 'KEY_LOCKED', async ({ run, cwd }) => {
    await copyFile(keystore, join(cwd, 'keystore.json'));
    return run('keys import new --file keystore.json --unencrypted --json');
  }),

  fails('gc uninstall', 'NO_TIMER', async ({ run, env, cwd }) => {
    const bin = join(cwd, 'unreadable');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'crontab'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    return run('gc uninstall --json', { env: { PATH: `${bin}:${env['PATH']}` } });
  }),
  fails('gc install', 'NO_TIMER', ({ run }) => run('gc install --json', { env: { PATH: '/nowhere' } })),
  line('NO_SERVICE', 'serve install'),
  line('NO_SERVICE', 'serve uninstall'),
  line('APPROVAL_NEEDED', 'gc install --alert-url https://example.org/'),

  line('DEVNET_RUNNING', 'devnet up'),
  ...['devnet fund 1 0x0000000000000000000000000000000000000001', 'devnet fault clear', 'devnet clock advance 1s', 'devnet down'].map(
    (typed) => fails(typed.split(' ').slice(0, 2).join(' '), 'POLICY_REFUSED', (world) => world.another().run(`${typed} --json`)),
  ),
  ...[
    'devnet status',
    'devnet fund 1 0x0000000000000000000000000000000000000001',
    'devnet fault clear',
    'devnet clock show',
    'devnet down',
  ].map((typed) =>
    fails(typed.split(' ').slice(0, 2).join(' '), 'DEVNET_NOT_RUNNING', (world) =>
      world.another().run(`${typed} --json`, { env: { ALEPH_AGENT_DEVNET: '' } }),
    ),
  ),

  line('CODE_NOT_FOUND', 'errors NOPE', 1),
  line('CODE_NOT_FOUND', 'schema nope', 1),
  fails('profile', 'PROFILE_STALE', async ({ must, cwd, run }) => {
    await must('profile');
    await writeFile(join(cwd, 'profiles', 'aleph-agent.md'), 'something else');
    return run('profile --check --json');
  }),

  ...['keys create other --unencrypted', 'keys import other --private-key - --unencrypted', 'keys use agent'].map((typed) =>
    fails(typed.split(' ').slice(0, 2).join(' '), 'CONFIG_INVALID', async (world) => {
      const other = world.another();
      await other.must('keys create agent --unencrypted');
      await writeFile(join(other.folder, 'settings.json'), '{ no settings');
      return other.run(`${typed} --json`, { stdin: 'c0ffee'.padStart(64, '0') });
    }),
  ),
  fails('keys import', 'WRONG_NETWORK', async ({ must, run }) => {
    const stdin = 'decade'.padStart(64, 'f0');
    await must('keys import here --private-key - --unencrypted', { stdin });
    return run('keys import there --private-key - --unencrypted --network mainnet --json', { stdin });
  }),

  line('KEY_NOT_FOUND', 'config set chosenKey.devnet nobody'),
  fails('config set', 'WRONG_NETWORK', async ({ must, run }) => {
    await must('keys create elsewhere --unencrypted --network mainnet');
    return run('config set chosenKey.devnet elsewhere --json');
  }),
  fails('config set', 'CONFIG_INVALID', async (world) => {
    const other = world.another();
    await writeFile(join(other.folder, 'settings.json'), '{ no settings');
    return other.run('config set ttl 2h --json');
  }),
  line('USAGE', 'config set ttl soon'),
  line('USAGE', 'config get tll'),
  fails('policy show', 'CONFIG_INVALID', async (world) => {
    const other = world.another();
    await writeFile(join(other.cwd, '.aleph-agent.json'), '{"network":"mainnet"}');
    return other.run('policy show --json');
  }),

  // what any command may end with (conventions.md §2, §3)
  line('USAGE', 'vm create Not_A_Name'),
  line('USAGE', 'vm create --no-such-flag'),
  line('USAGE', 'vm dance'),
  line('INPUT_MISSING', 'vm show'),
  line('INPUT_MISSING', 'keys create locked'),
  line('CONFIG_INVALID', 'status --network nowhere', 1),
  line('KEY_NOT_FOUND', 'credits balance --account nobody'),
  fails('ledger ls', 'LEDGER_UNREADABLE', async (world) => {
    const other = world.another();
    await other.must('keys create agent --unencrypted');
    await other.must('status');
    await writeFile(join(other.folder, 'ledger.sqlite'), 'this is no database, and long enough to be read as one'.repeat(100));
    return other.run('ledger ls --json');
  }),
];
