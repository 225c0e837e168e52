import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { runsOn } from '../../src/adapters/host/inspect-machine.ts';
import doctor from '../../src/commands/doctor.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import { destroy } from '../../src/lifecycle/end/destroy.ts';
import { reap, seeReaper } from '../../src/lifecycle/gc/gc-round.ts';
import { plainStyle } from '../../src/surfaces/cli/print/plain-style.ts';
import { withApprover } from '../support/approval/approver.ts';
import { silentTerminal } from '../support/approval/silent-terminal.ts';
import { armedGuest } from '../support/devnet/armed-guest.ts';
import { drainTo } from '../support/devnet/devnet-moves.ts';
import { doctorReport } from '../support/doctor-report.ts';
import { codeOf, createVm, gc } from '../support/lifecycle-calls.ts';
import { strayVm } from '../support/strays/strays.ts';
import { openWorld, type TestContext, testContext } from '../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const hour = 3600_000;

/** What the timer that gc install puts into a machine runs. */
const watchOnce = async (t: TestContext): Promise<void> => {
  await seeReaper(t.context, t.account);
  await reap(t.context);
};

const examine = async (t: TestContext) => {
  const report = await t.run(doctorReport(t.context));
  const levels = Object.fromEntries([
    ...report.passed.map(({ check }) => [check, 'ok']),
    ...report.problems.map(({ check, level }) => [check, level]),
  ]);
  const problem = (check: string) => report.problems.find((one) => one.check === check)!;
  return { report, levels, problem };
};

test('a sound machine: one line a check, and the words on what the terminal as approver holds against', async () => {
  const t = await testContext();
  const { report, levels, problem } = await examine(t);
  expect(levels).toEqual({
    node: 'ok',
    ssh: expect.stringMatching(/ok|warn/),
    permissions: 'ok',
    settings: 'ok',
    key: 'ok',
    policy: 'ok',
    approver: 'warn',
    ledger: 'ok',
    dormant: 'ok',
    reaper: 'ok',
    enforcers: 'ok',
    teardown: 'ok',
    grants: 'ok',
    health: 'ok',
    clock: 'ok',
    lineage: 'ok',
    reserve: 'ok',
    strays: 'ok',
    limits: 'ok',
  });
  expect(problem('approver').says).toContain('stops mistakes and misuse of this tool, not a process that reads the key');
  expect(problem('approver').says).toContain('one that types at a terminal of its own');
  expect(problem('approver').fix).toMatchObject({
    actor: 'human',
    text: expect.stringMatching(/approver elsewhere .*allowance only: the loss is at most/),
  });
  expect(report.worst).toBe('warn');
  const { passed: _, ...brief } = report;
  expect(countTokens(JSON.stringify(brief))).toBeLessThan(200);
});

test('with an approver elsewhere it still says what a key at hand can do, and the remedy', async () => {
  const t = await testContext();
  await withApprover(t);
  const says = (await examine(t)).report.passed.find(({ check }) => check === 'approver')!.says;
  expect(says).toContain('this tool, unmodified and on an honest machine, spends nothing above the thresholds without it');
  expect(says).toMatch(
    /A hostile process of the same user is stopped only by a safe .* or an allowance: the loss is at most what was sent/,
  );
});

test('findings come first, what mends several stands once, and what is sound is one line without labels', () => {
  const fix = { actor: 'agent' as const, command: 'aleph-agent doctor --fix', text: 'Close it to others.' };
  const report = {
    worst: 'fail' as const,
    sound: 2,
    problems: [
      { check: 'permissions', level: 'fail' as const, says: 'Others can read the ledger.', fix },
      {
        check: 'approver',
        level: 'warn' as const,
        says: 'Anybody approves.',
        fix: { ...fix, actor: 'human' as const, command: null, text: 'Set one.' },
      },
      { check: 'settings', level: 'warn' as const, says: 'Others can read the settings.', fix },
    ],
    passed: [
      { check: 'node', says: 'Node 24.' },
      { check: 'lineage', says: 'It may spend.' },
    ],
  };
  expect(doctor.text(report, plainStyle(''))).toBe(
    [
      'FAIL  Others can read the ledger.',
      'warn  Others can read the settings.',
      '      Close it to others.',
      '      aleph-agent doctor --fix',
      '',
      'warn  Anybody approves.',
      '      Set one.',
      '',
      'No problem with Node.js, other ledgers. Each of them in full:',
      'aleph-agent doctor --json --full',
    ].join('\n'),
  );
  const sound = { ...report, problems: [], fixed: [{ check: 'permissions', did: 'Closed it.' }] };
  expect(doctor.text(sound, plainStyle(''))).toMatch(/^done {2}Closed it\.\nNo problem found with Node\.js/);
});

test('docs/security.md says what the tool cannot refuse in the same words', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8').replaceAll(/\s+/g, ' ');
  for (const words of [
    'stops mistakes and misuse of this tool, not a process that reads the key, edits the home or stands between tool and network.',
    'this tool, unmodified and on an honest machine, spends nothing above the thresholds without it;',
    'the loss is at most what was sent, whatever happens.',
    "using the account's key with another program",
    'typing at a pseudo-terminal',
  ])
    expect(page).toContain(words);
});

test('it writes nothing, and asks for no signature', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { crn, ttlSeconds: 7200 }));
  const before = t.ledger.effects();
  const sent = t.requests.filter((line) => line.startsWith('POST')).length;
  await examine(t);
  expect(t.ledger.effects()).toEqual(before);
  expect(t.requests.filter((line) => line.startsWith('POST'))).toHaveLength(sent);
});

test('I-07 a VM whose own timer is armed does not outlive its expiry; one that nothing ends is named, and its fix mends it', async () => {
  const t = await testContext({ exec: armedGuest() });
  await t.run(createVm(t.context, { name: 'timed', crn, ttlSeconds: 4 * 3600, guestTimer: true }));
  expect(t.ledger.enforcers({ network: 'devnet', kind: 'guest' })).toMatchObject([{ state: 'armed' }]);
  expect((await examine(t)).levels['reaper']).toBe('ok');
  // nobody looked at the timer for two hours, and it still is where it was put
  await t.run(t.devnet.clock.wait(2 * hour));
  expect((await examine(t)).levels['reaper']).toBe('ok');
  expect((await examine(t)).problem('enforcers')).toMatchObject({
    says: 'Nobody looked at the timers of timed within the hour.',
    fix: { command: 'aleph-agent gc --execute' },
  });
  await t.run(createVm(t.context, { name: 'bare', crn: 'http://crn-2.devnet.test', ttlSeconds: 4 * 3600 }));
  const { says, fix } = (await examine(t)).problem('reaper');
  expect(says).toBe('Nobody ran gc within the hour, and nothing else ends bare at expiry.');
  expect(fix.command).toBe('aleph-agent gc install');
  // what the installed timer runs
  await t.run(watchOnce(t));
  expect((await examine(t)).levels).toMatchObject({ reaper: 'ok', enforcers: 'warn' });
  expect((await examine(t)).problem('enforcers').says).toBe('Only one thing ends bare at expiry.');
});

test('W-134 nobody runs gc: a warning while VMs live that nothing else ends, a failure once one is past its expiry, each with the command', async () => {
  const t = await testContext();
  await t.run(createVm(t.context, { name: 'ci', crn, ttlSeconds: 2 * 3600 }));
  expect((await examine(t)).problem('reaper')).toMatchObject({
    level: 'warn',
    fix: { actor: 'agent', command: 'aleph-agent gc install' },
  });
  await t.run(gc(t.context, t.account));
  expect((await examine(t)).levels['reaper']).toBe('ok');
  // One that was made since has not been looked at yet, and need not be.
  await t.run(createVm(t.context, { name: 'newer', crn: 'http://crn-1.devnet.test', ttlSeconds: 4 * 3600 }));
  await t.run(destroy(t.context, t.vms()[0]!.id, 'destroy'));
  expect((await examine(t)).levels['reaper']).toBe('ok');
  await t.run(t.devnet.clock.wait(1.5 * hour));
  expect((await examine(t)).levels['reaper']).toBe('warn');
  await t.run(t.devnet.clock.wait(3 * hour));
  expect((await examine(t)).problem('reaper')).toMatchObject({ level: 'fail', says: expect.stringContaining('newer expired') });
});

test('strays: ours are a failure, what nobody claims a warning that names vm adopt', async () => {
  const t = await testContext();
  const foreign = await t.run(strayVm(t, { marked: false }));
  expect((await examine(t)).problem('strays')).toMatchObject({
    level: 'warn',
    fix: { command: `aleph-agent vm adopt ${foreign.slice(0, 12)}` },
  });
  await t.run(strayVm(t, { marked: true, node: 1 }));
  expect((await examine(t)).problem('strays')).toMatchObject({ level: 'fail', fix: { command: 'aleph-agent gc --execute' } });
});

test('a balance below 24 h of the burn, and half-done teardowns, are failures', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', crn, ttlSeconds: 7200 }));
  drainTo(t.devnet, t.account, 100_000n);
  expect((await examine(t)).problem('reserve')).toMatchObject({
    level: 'fail',
    fix: { actor: 'human', text: expect.stringContaining(t.account) },
  });
  t.ledger.write('destroy.begin', (transaction) => transaction.updateVm(vm.id, { state: 'stopping', ending: 'destroy' }));
  expect((await examine(t)).problem('teardown')).toMatchObject({ level: 'fail', fix: { command: 'aleph-agent gc --execute' } });
});

test('a clock that is off is said to be, with what does not happen until it is right', async () => {
  const t = await testContext({ skewMs: 10 * 60_000 });
  expect((await examine(t)).problem('clock')).toMatchObject({ level: 'fail', says: expect.stringMatching(/600 s off/) });
});

test('a row that a clock ahead has left behind stops spending, and no clock mends it: doctor says what does', async () => {
  const world = await openWorld();
  const ahead = await testContext({ world, skewMs: 40 * 24 * hour });
  await world.run(createVm((await testContext({ world })).context, { name: 'ci', crn }));
  await world.run(destroy(ahead.context, world.ledger.vms()[0]!.id, 'destroy'));
  const t = await testContext({ world, seed: 2 });
  expect(await t.run(codeOf(createVm(t.context, { name: 'next', crn })))).toBe('CLOCK_UNTRUSTED');
  expect((await examine(t)).problem('clock')).toMatchObject({
    level: 'fail',
    says: expect.stringMatching(/is right, and before the ledger's newest row of 2026-12-30/),
    fix: { actor: 'human', text: expect.stringContaining('ledger take-over') },
  });
  await world.close();
});

test('offline it says what it could not ask, and the rest all the same', async () => {
  const t = await testContext();
  t.fault('ccn drop-before');
  const { levels, problem } = await examine(t);
  expect(problem('reserve')).toMatchObject({ level: 'warn', says: expect.stringMatching(/^Could not check credits: /) });
  expect(problem('strays').says).toMatch(/^Could not check untracked VMs: /);
  expect(problem('clock')).toMatchObject({
    level: 'warn',
    says: expect.stringMatching(/^ccn-a.devnet.test, ccn-b.devnet.test did not tell the time/),
  });
  expect(levels).toMatchObject({ ledger: 'ok', settings: 'ok', key: 'ok', permissions: 'ok' });
});

test('a key that others may read is a failure, a folder that they may enter a warning, with the command that mends both', async () => {
  const t = await testContext();
  const key = join(t.folders.keys, 'agent.json');
  chmodSync(t.folders.keys, 0o755);
  expect((await examine(t)).problem('permissions')).toMatchObject({ level: 'warn', fix: { command: 'aleph-agent doctor --fix' } });
  chmodSync(key, 0o644);
  expect((await examine(t)).problem('permissions')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining(`${key} (0644)`),
    fix: { actor: 'agent', command: 'aleph-agent doctor --fix' },
  });
  chmodSync(t.folders.keys, 0o700);
  chmodSync(key, 0o600);
  mkdirSync(t.folders.ssh, { recursive: true, mode: 0o700 });
  writeFileSync(join(t.folders.ssh, 'x.pub'), 'public', { mode: 0o644 });
  expect((await examine(t)).levels['permissions']).toBe('ok');
});

test('what lies behind a link is a person’s to close: doctor --fix is no fix for what it leaves alone', async () => {
  const t = await testContext();
  const elsewhere = `${t.folders.ssh}-elsewhere`;
  mkdirSync(elsewhere, { mode: 0o700 });
  rmSync(t.folders.ssh, { recursive: true, force: true });
  symlinkSync(elsewhere, t.folders.ssh);
  writeFileSync(join(elsewhere, 'key'), '', { mode: 0o600 });
  chmodSync(join(elsewhere, 'key'), 0o644);
  expect((await examine(t)).problem('permissions')).toMatchObject({
    level: 'fail',
    fix: { actor: 'human', command: null, text: `chmod 600 ${join(t.folders.ssh, 'key')}` },
  });
});

test('a timer that was stopped is a person’s to start: doctor --fix puts none in over it', async () => {
  const t = await testContext();
  const stopped = { kind: 'systemd' as const, files: ['x.service', 'x.timer'], log: 'journalctl', active: false, missing: null };
  const reaperTimer = { ...t.context.host.reaperTimer, status: async () => stopped };
  const context = { ...t.context, host: { ...t.context.host, reaperTimer } };
  const { data } = await doctor.run(context, { fix: true, safe: false }, silentTerminal);
  expect(data.fixed).toEqual([]);
  expect(data.problems.find(({ check }) => check === 'timer')).toMatchObject({ level: 'warn', fix: { actor: 'human' } });
});

test('damaged settings, a damaged key and an unreadable ledger are findings, not the end', async () => {
  const t = await testContext();
  const broken = {
    settings: {
      ...t.context.settings,
      networks: () => {
        throw new Failure('CONFIG_INVALID', 'The settings cannot be used.');
      },
    },
  };
  const ledger = async (): Promise<never> => {
    throw new Failure('LEDGER_UNREADABLE', 'The ledger cannot be opened.');
  };
  const report = await t.run(doctorReport({ ...t.context, ...broken, ledger }));
  expect(report.worst).toBe('fail');
  expect(report.problems.filter(({ level }) => level === 'fail').map(({ check }) => check)).toEqual(
    expect.arrayContaining(['settings', 'ledger', 'vms']),
  );
  writeFileSync(join(t.folders.keys, 'agent.json'), '{}');
  expect((await examine(t)).problem('key')).toMatchObject({ level: 'fail', says: expect.stringContaining('is damaged') });
});

test('which versions of Node it runs on', () => {
  expect(['20.18.1', '20.19.0', '21.7.0', '22.12.0', '22.13.0', '23.9.0', '24.0.0', '26.1.0'].map(runsOn)).toEqual([
    false,
    true,
    false,
    false,
    true,
    false,
    true,
    true,
  ]);
});
