import { chownSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { privateFiles } from '../../src/adapters/host/private-files.ts';
import { openSafePlace } from '../../src/adapters/safe/open-safe-place.ts';
import install from '../../src/commands/serve/install.ts';
import status from '../../src/commands/serve/status.ts';
import uninstall from '../../src/commands/serve/uninstall.ts';
import type { AnyCommand } from '../../src/contract/declare/command.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { AnyPlan } from '../../src/domain/plan/plan.ts';
import { setAgent } from '../../src/lifecycle/agents/invite.ts';
import { exportCarrier } from '../../src/lifecycle/timers/carrier.ts';
import { planCarrier } from '../../src/lifecycle/timers/plan-carrier.ts';
import type { Person } from '../../src/surfaces/consent.ts';
import { type Executed, execute } from '../../src/surfaces/execute.ts';
import { silentTerminal } from '../support/approval/silent-terminal.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { machinePrograms } from '../support/safe/machine-programs.ts';
import { quietSafe } from '../support/safe/quiet-safe.ts';
import { serviceAt } from '../support/safe/service-at.ts';
import { seededRandom, startAt, type TestContext, testContext } from '../support/test-context.ts';

let programs: ReturnType<typeof machinePrograms>;
let t: TestContext;
let uid: number;
beforeEach(async () => {
  programs = machinePrograms();
  uid = 0;
  t = await testContext();
  const { host } = t.context;
  const safe = openSafePlace({
    program: [process.execPath],
    folders: t.folders,
    files: privateFiles(),
    random: seededRandom(1),
    env: { RUNTIME_DIRECTORY: programs.root },
    trust: { untrusted: () => null, proxyTo: () => null },
    signal: t.context.signal,
  });
  Object.assign(t.context, { host: { ...host, safe, safeService: serviceAt(programs, { uid }) } });
});
afterEach(() => programs.close());

/** As another user of the machine. */
const as = (other: number): void => {
  uid = other;
  Object.assign(t.context.host, { safeService: serviceAt(programs, { uid }) });
};

interface Made {
  data: Record<string, unknown>;
  plan: AnyPlan | null;
}

const call = async (
  command: AnyCommand,
  raw: object = {},
  more: { dryRun?: boolean; yes?: boolean; person?: Person } = {},
): Promise<Made> => {
  const executed: Executed = await t.run(
    execute({
      command,
      raw: raw as Record<string, unknown>,
      contexts: { read: async () => t.context, change: async () => t.context },
      consent: async () => {
        throw new Error('no approval is stored for it');
      },
      person: null,
      terminal: silentTerminal,
      dryRun: false,
      yes: false,
      approval: null,
      undeclared: 'refuse',
      ...more,
    }),
  );
  return executed.kind === 'plan' ? { data: {}, plan: executed.plan } : { data: executed.data as Record<string, unknown>, plan: null };
};

/** Somebody at a terminal who answers so, and what was shown before. */
const person = (answer: boolean, shown: AnyPlan[]): Person => ({
  confirm: async (plan) => {
    shown.push(plan);
    return answer;
  },
  approve: async () => {
    throw new Error('nothing is typed for it');
  },
  choose: async ({ choices }) => choices[0]!,
  answer: async () => '',
});

const served = async (socket = join(programs.root, 'agents.sock')): Promise<void> => {
  const close = await quietSafe(socket, startAt);
  onTestFinished(close);
};

const codes = (): string[] => t.warnings.map(({ code }) => code).filter((code) => code !== 'PROGRAM_WRITABLE');

describe('serve install (safe.md §2)', () => {
  it('shows by --dry-run what it would do, to whoever asks on whatever machine', async () => {
    programs.program('systemctl', 'exit 1');
    as(programs.uid + 1);
    const { plan } = await call(install, { listen: '[::1]:8443', credential: '/etc/aleph agent/pass' }, { dryRun: true });
    expect(plan!.summary).toBe('Run the safe as user safe, by systemd.');
    const [first, second, unit, ...rest] = plan!.notes!;
    expect(first).toMatch(/^1\. Make the user safe, who has no password: useradd --system .* safe$/);
    expect(second).toBe(`2. Write ${join(programs.folders.systemd, 'aleph-agent-safe.service')}`);
    expect(unit).toContain('"serve" "--listen" "[::1]:8443" "--json"\nLoadCredential=aleph-agent-passphrase:/etc/aleph agent/pass\n');
    expect(rest.slice(0, 3)).toEqual([
      '3. Let systemd read it: systemctl daemon-reload',
      '4. Have it started with the machine: systemctl enable aleph-agent-safe.service',
      '5. Start it: systemctl start aleph-agent-safe.service',
    ]);
    expect(programs.users()).toEqual([]);
  });

  it('asks a person at a terminal once, with the plan, and nobody with --yes', async () => {
    const shown: AnyPlan[] = [];
    await expect(call(install, {}, { person: person(false, shown) })).rejects.toMatchObject({ code: 'DECLINED' });
    expect(shown.map(({ notes }) => notes!.length >= 6)).toEqual([true]);
    expect([programs.users(), programs.unit('aleph-agent-safe.service')]).toEqual([[], null]);
    await call(install, {}, { person: person(false, shown), yes: true });
    expect(shown).toHaveLength(1);
    expect(programs.running()).not.toBeNull();
    // nothing is left to do, so nothing is asked
    expect((await call(install, {}, { person: person(false, shown) })).data).toMatchObject({ changed: false, did: [] });
  });

  it('tells what was done, whether the safe answers, and that no carrier is there', async () => {
    const socket = join(programs.folders.run, 'aleph-agent-safe', 'agents.sock');
    // a safe of root's own is not the service's
    await served();
    const { data } = await call(install);
    expect(data).toMatchObject({
      changed: true,
      kind: 'systemd',
      user: 'safe',
      url: `unix:${socket}`,
      state: 'active',
      answers: false,
      log: 'journalctl -u aleph-agent-safe.service',
    });
    expect(data['did']).toHaveLength(5);
    expect(codes()).toEqual(['SAFE_SILENT', 'NO_CARRIER']);
    await served(socket);
    for (const path of [socket, dirname(socket)]) chownSync(path, programs.uid, process.getgid!());
    expect((await call(install)).data).toMatchObject({ changed: false, answers: true });
    expect(install.text(install.output.parse((await call(install)).data), { good: (text: string) => text } as never)).toContain(
      'sudo -iu safe aleph-agent keys create agent',
    );
  });

  it.each<[object, RegExp]>([
    [{ listen: '0.0.0.0:443', publicUrl: 'https://safe.example' }, /^--listen "0.0.0.0:443" is root's port/],
    [{ listen: '0.0.0.0:8443' }, /is every address of this machine/],
    [{ tlsCert: 'c.pem' }, /--listen is not given/],
    [{ user: 'A b' }, /^--user "A b" is not right: it takes the name of an OS user, like safe/],
    [{ user: 'root' }, /^--user "root" is root/],
    [{ credential: 'none' }, /none" is not there/],
  ])('%j is USAGE, and nothing is done', async (raw, message) => {
    await expect(call(install, raw)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
    expect(programs.changes()).toEqual([]);
  });

  it('refuses whoever is not root, and a machine without systemd, before anybody is asked', async () => {
    const shown: AnyPlan[] = [];
    as(programs.uid + 1);
    for (const command of [install, uninstall]) {
      await expect(call(command, {}, { person: person(true, shown) })).rejects.toMatchObject({ code: 'USAGE' });
    }
    programs.program('systemctl', 'exit 1');
    for (const command of [install, uninstall]) {
      await expect(call(command, {}, { person: person(true, shown) })).rejects.toMatchObject({ code: 'NO_SERVICE' });
    }
    expect(shown).toEqual([]);
  });

  it('shows what a program of the system said, without its escapes', async () => {
    programs.program('useradd', `printf 'no room\\033[31m left\\n' >&2; exit 12`);
    const thrown = await call(install).catch((failure: unknown) => failure as Failure);
    expect(thrown).toBeInstanceOf(Failure);
    expect((thrown as Failure).details.facts).toMatchObject({ exit: 12, untrustedSaid: 'no room left' });
  });
});

describe('serve uninstall', () => {
  it('shows what it would do and what stays, does it after a question, and has nothing to do then', async () => {
    await call(install);
    const { plan } = await call(uninstall, {}, { dryRun: true });
    expect(plan!.notes).toContain('User safe and that home, with key, policy and ledger, stay as they are.');
    const shown: AnyPlan[] = [];
    await expect(call(uninstall, {}, { person: person(false, shown) })).rejects.toMatchObject({ code: 'DECLINED' });
    expect(programs.running()).not.toBeNull();
    const { data } = await call(uninstall, {}, { person: person(true, shown) });
    expect(data).toMatchObject({ removed: 'systemd', user: 'safe' });
    expect([programs.running(), programs.users()]).toEqual([null, ['safe']]);
    expect((await call(uninstall, {}, { person: person(false, shown) })).data).toEqual({ removed: null, user: null, did: [] });
    expect(shown).toHaveLength(2);
  });
});

describe('serve status', () => {
  const seen = async (): Promise<Record<string, unknown>> => (await call(status)).data;
  const letIn = (): void =>
    t.ledger.write('agents.set', (transaction) =>
      setAgent(
        t.context,
        transaction,
        {
          name: 'ci',
          network: 'devnet',
          account: t.account,
          invitation: null,
          invitedUntil: null,
          token: 'ab'.repeat(32),
          addedAt: startAt,
          joinedAt: startAt,
          suspendedAt: null,
          parent: null,
          slice: null,
          operation: null,
          revokedAt: null,
        },
        'joined',
      ),
    );

  it('of a home in which nothing is served: nothing, and no warning', async () => {
    expect(await seen()).toEqual({ safe: null, service: null, agents: 0, roundAt: null, vms: 0, carried: 0 });
    expect(codes()).toEqual([]);
    expect(status.next!(status.output.parse(await seen())).map(({ command }) => command)).toEqual(['aleph-agent serve install --dry-run']);
  });

  it('of a service that is down: its state, and where it says why', async () => {
    await call(install);
    writeFileSync(join(programs.state, 'started'), 'failed\n');
    t.warnings.length = 0;
    as(programs.uid);
    expect(await seen()).toMatchObject({
      safe: null,
      service: { kind: 'systemd', state: 'failed', enabled: true, user: 'safe' },
      agents: 0,
    });
    expect(codes()).toEqual(['SAFE_DOWN', 'NO_CARRIER']);
  });

  it('of a safe that answers: its version and since when; agents, rounds and carriers to its own user alone', async () => {
    await served();
    const vm = await t.run(createVm(t.context, { name: 'box' }));
    letIn();
    t.warnings.length = 0;
    t.ledger.write('enforcer.seen', (transaction) =>
      transaction.putEnforcer({
        network: 'devnet',
        subject: t.account,
        kind: 'safe',
        state: 'armed',
        expiresAt: null,
        limitAt: null,
        digest: null,
        problem: null,
        verifiedAt: startAt,
      }),
    );
    const safe = { url: `unix:${join(programs.root, 'agents.sock')}`, version: '1.2.0', since: '2026-11-20T12:00:00Z' };
    expect(await seen()).toEqual({ safe, service: null, agents: 1, roundAt: '2026-11-20T12:00:00Z', vms: 1, carried: 0 });
    expect(codes()).toEqual(['NO_CARRIER']);
    const { context } = t;
    await t.run(exportCarrier(context, await planCarrier(context, vm.name, 'x')));
    expect(await seen()).toMatchObject({ carried: 0 });
    const [row] = t.ledger.enforcers({ network: 'devnet', subject: vm.id, kind: 'carrier' });
    t.ledger.write('enforcer.seen', (transaction) => transaction.putEnforcer({ ...row!, verifiedAt: startAt }));
    t.warnings.length = 0;
    expect(await seen()).toMatchObject({ vms: 1, carried: 1 });
    expect(codes()).toEqual([]);
  });

  it('to another user than the service’s: what anybody sees', async () => {
    await call(install);
    t.warnings.length = 0;
    as(programs.uid + 1);
    expect(await seen()).toMatchObject({ service: { state: 'active' }, agents: null, roundAt: null, vms: null, carried: null });
    expect(codes()).toEqual(['SAFE_DOWN']);
  });
});
