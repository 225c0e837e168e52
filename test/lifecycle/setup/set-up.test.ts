import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { grantApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { readSetup } from '../../../src/lifecycle/setup/read-setup.ts';
import { setUp } from '../../../src/lifecycle/setup/set-up.ts';
import { endedSetup } from '../../../src/lifecycle/setup/setup-standing.ts';
import { auditVm } from '../../../src/lifecycle/trail/audit.ts';
import { called } from '../../support/approval/approved-call.ts';
import { atTerminal } from '../../support/approval/approver.ts';
import { guestShell } from '../../support/devnet/guest-shell.ts';
import { codeOf, failureOf } from '../../support/lifecycle-calls.ts';
import { type ContextOptions, openWorld, testContext, type World } from '../../support/test-context.ts';

const scriptOf = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-setup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'setup.sh');
  writeFileSync(file, text);
  return file;
};

/** Contexts over one world whose VMs run commands in one real shell. */
const worldWithGuest = async () => {
  const world: World = await openWorld();
  onTestFinished(() => world.close());
  const guest = guestShell();
  const exec = guest.exec(() => world.devnet.clock);
  const open = (options: Partial<ContextOptions> = {}) => testContext({ world, exec, ...options });
  return { world, guest, exec, open };
};

const wish = (setup: string, more: object = {}) => ({ name: 'ci', ttl: '1h', guestTimer: 'off', requestId: 'job-7', setup, ...more });
const dataOf = async (call: ReturnType<typeof called>) => {
  const executed = await call;
  if (executed.kind !== 'result') throw new Error('only planned');
  return executed.data as { state: string; replayed: boolean; setup?: object | null };
};

const counting = 'echo run >>"$HOME/runs"; echo out; echo problem >&2';

test('a setup script runs once the VM is healthy; its exit code and output are in the answer, and its content counts for the request id', async () => {
  const { guest, open } = await worldWithGuest();
  const t = await open();
  const text = `#!/bin/sh\n${counting}\npwd\nprintf '\\033[31mred'`;
  const made = await dataOf(called(t, 'vm create', wish(scriptOf(text))));
  expect(made).toMatchObject({ state: 'healthy', replayed: false });
  expect(made.setup).toEqual({ exitCode: 0, untrustedOutput: expect.stringMatching(/^out\nproblem\n\/.*\nred$/), truncated: false });
  // the same script elsewhere: it has run, and the ledger knows how it ended
  const again = await dataOf(called(await open({ seed: 2 }), 'vm create', wish(scriptOf(text))));
  expect(again).toMatchObject({ replayed: true, setup: { exitCode: 0, untrustedOutput: null } });
  expect(await codeOf(called(await open({ seed: 3 }), 'vm create', wish(scriptOf('echo other'))))).toBe('REQUEST_ID_CONFLICT');
  // with its end gone from the trail, the VM itself knows
  const effects: typeof t.ledger.effects = (filter) => t.ledger.effects(filter).filter(({ point }) => point !== 'setup.ended');
  const blind = { ...t, context: { ...t.context, ledger: async () => ({ ...t.ledger, effects }) } };
  expect(await dataOf(called(blind, 'vm create', wish(scriptOf(text))))).toMatchObject({
    setup: { exitCode: 0, untrustedOutput: expect.stringMatching(/^out\n/) },
  });
  expect(guest.read('runs')).toBe('run\n');
});

test('SETUP_FAILED leaves the VM up and names it, its exit code and its output; said again, it has run once', async () => {
  const { guest, open } = await worldWithGuest();
  const t = await open();
  const file = scriptOf(`${counting}; exit 3`);
  const failure = await failureOf(called(t, 'vm create', wish(file)));
  expect(failure).toMatchObject({ code: 'SETUP_FAILED', exit: 8, details: { sideEffects: 'partial', exposureUsdPerHour: '0.01425' } });
  expect(failure.details.facts).toMatchObject({ name: 'ci', state: 'healthy', exitCode: 3, untrustedOutput: 'out\nproblem\n' });
  expect(failure.details.fix?.command).toMatch(/^aleph-agent vm exec ci -- cat \.aleph-agent\/setup-[0-9a-f]{12}\.log$/);
  expect(t.bills().map(({ endedAt }) => endedAt)).toEqual([null]);
  const again = await failureOf(called(await open({ seed: 2 }), 'vm create', wish(file)));
  expect(again).toMatchObject({ code: 'SETUP_FAILED', details: { facts: { exitCode: 3, untrustedOutput: null } } });
  expect(guest.read('runs')).toBe('run\n');
});

test('without --setup the arguments have the digest that they had in 0.1.0', () => {
  const input = { name: 'ci', setup: undefined };
  expect(argumentsDigest('vm create', input)).toBe(argumentsDigest('vm create', { name: 'ci' }));
});

test('an approval is for this script: with another one under the same path it approves nothing', async () => {
  const { open } = await worldWithGuest();
  const t = await open();
  const file = scriptOf('echo agreed');
  const wide = wish(file, { ttl: '24h' });
  const failure = await failureOf(called(t, 'vm create', wide));
  expect(failure.code).toBe('APPROVAL_NEEDED');
  const id = String(failure.details.facts?.['approval']);
  await grantApproval(atTerminal(t.context), id, 'terminal');
  writeFileSync(file, 'echo not agreed');
  expect(await codeOf(called(t, 'vm create', wide, id))).toBe('APPROVAL_EXPIRED');
  expect(await codeOf(called(t, 'vm create', wide))).toBe('APPROVAL_NEEDED');
  expect(t.bills()).toEqual([]);
  writeFileSync(file, 'echo agreed');
  expect(await dataOf(called(t, 'vm create', wide, id))).toMatchObject({ state: 'healthy', setup: { untrustedOutput: 'agreed\n' } });
});

test('two processes at once run it once, and both hear its end', async () => {
  const { guest, open, world } = await worldWithGuest();
  const file = scriptOf(`sleep 0.2; ${counting}`);
  const [one, other] = [await open(), await open({ seed: 2 })];
  const both = await world.run(Promise.all([dataOf(called(one, 'vm create', wish(file))), dataOf(called(other, 'vm create', wish(file)))]));
  expect(both.map(({ setup }) => setup)).toEqual([expect.objectContaining({ exitCode: 0 }), expect.objectContaining({ exitCode: 0 })]);
  expect(guest.read('runs')).toBe('run\n');
});

test('an SSH that breaks off: SETUP_FAILED without an exit code, a warning until it has run, and vm wait runs it', async () => {
  const { guest, exec, open } = await worldWithGuest();
  const file = scriptOf(counting);
  const lost = await open({
    exec: async () => {
      throw new Failure('EXEC_FAILED', 'SSH to VM failed: no SSH connection could be made.', { facts: { reason: 'unreachable' } });
    },
  });
  const failure = await failureOf(called(lost, 'vm create', wish(file)));
  expect(failure).toMatchObject({ code: 'SETUP_FAILED', details: { facts: { exitCode: null, reason: 'unreachable', name: 'ci' } } });
  expect(failure.details.fix?.command).toBe(`aleph-agent vm wait ci --setup ${file}`);
  const t = await open({ exec, seed: 2 });
  await called(t, 'vm wait', { vm: 'ci' });
  expect(t.warnings.map(({ code }) => code)).toEqual(['SETUP_NOT_RUN']);
  expect(await dataOf(called(t, 'vm wait', { vm: 'ci', setup: file }))).toMatchObject({
    setup: { exitCode: 0, untrustedOutput: 'out\nproblem\n' },
  });
  await called(t, 'vm wait', { vm: 'ci' });
  expect(t.warnings).toHaveLength(1);
  expect(guest.read('runs')).toBe('run\n');
});

test('time that is up while it runs is no failure: it goes on, and the fix waits for it', async () => {
  const { open } = await worldWithGuest();
  const file = scriptOf(counting);
  const t = await open({
    exec: async () => {
      throw new Failure('EXEC_FAILED', 'SSH to VM failed: it took longer.', { facts: { reason: 'timeout' } });
    },
  });
  const failure = await failureOf(called(t, 'vm create', wish(file)));
  expect(failure).toMatchObject({ code: 'STILL_WAITING', exit: 11, details: { exposureUsdPerHour: '0.01425' } });
  expect(failure.details.fix?.command).toBe(`aleph-agent vm wait ci --setup ${file}`);
});

test('what cannot be run is refused before anything is sent', async () => {
  const { open } = await worldWithGuest();
  const t = await open();
  for (const given of [
    wish(scriptOf('')),
    wish(scriptOf('x'.repeat(65_537))),
    wish('/nowhere/setup.sh'),
    wish('-'),
    wish(scriptOf(counting), { wait: false }),
  ])
    expect(await codeOf(called(t, 'vm create', given))).toBe('USAGE');
  expect(t.requests).toEqual([]);
});

test('a VM that was made without the script is not set up by it', async () => {
  const { guest, open } = await worldWithGuest();
  const t = await open();
  await called(t, 'vm create', { name: 'ci', ttl: '1h', guestTimer: 'off' });
  const failure = await failureOf(called(t, 'vm create', wish(scriptOf(counting), { requestId: undefined, ifExists: 'return' })));
  expect(failure).toMatchObject({ code: 'USAGE', exit: 2 });
  expect(guest.read('runs')).toBe('');
});

test('a script that removes what is kept of it has run once all the same, and its end is told', async () => {
  const { guest, open } = await worldWithGuest();
  const file = scriptOf(`${counting}; rm -rf "$HOME/.aleph-agent"; exit 4`);
  const t = await open();
  const failure = await failureOf(called(t, 'vm create', wish(file)));
  expect(failure).toMatchObject({ code: 'SETUP_FAILED', details: { facts: { exitCode: 4 } } });
  expect(await failureOf(called(t, 'vm wait', { vm: 'ci', setup: file }))).toMatchObject({ details: { facts: { exitCode: 4 } } });
  expect(guest.read('runs')).toBe('run\n');
});

test('a script whose shell was killed under it, as by a restart, is not run a second time', async () => {
  const { guest, open } = await worldWithGuest();
  const file = scriptOf(`${counting}; kill -9 $PPID; kill -9 $$`);
  const t = await open();
  expect((await failureOf(called(t, 'vm create', wish(file)))).code).toBe('SETUP_FAILED');
  const again = await failureOf(called(t, 'vm wait', { vm: 'ci', setup: file }));
  expect(again).toMatchObject({ code: 'SETUP_FAILED', details: { facts: { exitCode: null } } });
  expect(again.details.fix?.command).toContain('aleph-agent vm exec ci -- cat');
  expect(guest.read('runs')).toBe('run\n');
});

test('a script has the umask of its VM, not that of what is kept of it', async () => {
  const { open } = await worldWithGuest();
  const t = await open();
  const made = await dataOf(called(t, 'vm create', wish(scriptOf('umask'))));
  expect(made.setup).toMatchObject({ untrustedOutput: expect.not.stringMatching(/^0?077\n$/) });
});

test('with less time left than SSH needs it does not begin, and says so', async () => {
  const { guest, open } = await worldWithGuest();
  const file = scriptOf(counting);
  const t = await open();
  await called(t, 'vm create', wish(file));
  expect(guest.read('runs')).toBe('run\n');
  const other = await open({ seed: 2 });
  const [vm] = other.vms();
  const ledger = { ...other.ledger, effects: () => [] };
  const setup = await readSetup(other.context, file);
  const hurried = { ...other.context, ledger: async () => ledger };
  const failure = await failureOf(setUp(hurried, vm!, setup!, other.devnet.clock.now() + 5_000));
  expect(failure).toMatchObject({ code: 'STILL_WAITING' });
  expect(failure.message).toContain('has not begun');
});

test('on a disk that was made anew since, no end is on record', async () => {
  const { open } = await worldWithGuest();
  const t = await open();
  const file = scriptOf(counting);
  await called(t, 'vm create', wish(file));
  const [vm] = t.vms();
  const { digest } = (await readSetup(t.context, file))!;
  expect(endedSetup(t.ledger, vm!, digest)).toMatchObject({ exitCode: 0 });
  t.ledger.write('operate.begin', (transaction) =>
    auditVm(t.context, transaction, 'operate.begin', vm!, { outcome: 'reinstall', facts: { node: 'x' } }),
  );
  expect(endedSetup(t.ledger, vm!, digest)).toBeNull();
});
