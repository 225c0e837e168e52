import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import type { Ended } from '../../support/aleph-process.ts';
import { boss, signedBy } from '../../support/approval/approver.ts';
import { sealHome } from '../../support/approval/first-approver.ts';
import { wordsOf } from '../../support/binary.ts';
import { inTurns } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

const planted = 'facade5ec2e7'.repeat(6).slice(0, 64);
/** Behind the passphrase; another one, or it would be refused as being here already. */
const plantedLocked = '10c4edfacade'.repeat(6).slice(0, 64);
const passphrase = 'a-planted-passphrase-of-some-length';
/** Of alerts by webhook. */
const alertSecret = 'a-planted-secret-of-the-webhook';

/** Every way in which a key may be written down. */
const traces = [planted, plantedLocked].flatMap((key) => [
  key,
  key.toUpperCase(),
  Buffer.from(key, 'hex').toString('base64').replace(/=+$/, ''),
  Buffer.from(key, 'hex').toString('base64url'),
  Buffer.from(key, 'hex').toString('latin1'),
  BigInt(`0x${key}`).toString(),
]);

const leaks = (text: string, secrets: readonly string[] = [...traces, passphrase, alertSecret]): boolean =>
  secrets.some((trace) => text.includes(trace));

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

describe('a planted key (W-127, product.md §7.9)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-secrets-'));
  const state = join(folder, 'state');
  let devnet: DevnetProcess;
  let home: AlephHome;
  let closed = false;
  const ended: Ended[] = [];
  const childLog = join(folder, 'children.log');
  const alertLog = join(folder, 'alerts.log');

  /** Signatures in the ledger that are a right to act: FORGETs signed in advance, creates nobody took, approvals and seals. */
  const rights = (): string[] =>
    home.ledger((ledger) => {
      const messages = ledger.vms().flatMap((vm) => ledger.signedFor(vm.id).map((message) => ({ vm, ...message })));
      const sent = new Set(ledger.effects({ point: 'destroy.published' }).map((effect) => factsOf('destroy.published', effect).forget));
      const held = messages.filter(({ vm, kind, id }) => (kind === 'FORGET' ? !sent.has(id) : vm.healthyAt === null));
      return [
        ...held.flatMap(({ bytes }) => /0x[0-9a-f]{130}/.exec(bytes)?.[0] ?? []),
        ...ledger.approvals().flatMap(({ signature, state }) => (signature === null || state === 'used' ? [] : [signature])),
      ];
    });
  /** Lines that showed one. */
  const gaveAway = (signatures: readonly string[]): string[] =>
    ended.filter(({ stdout, stderr }) => leaks(stdout + stderr, signatures)).map(({ line }) => line);

  /** Runs a line in JSON mode and as people see it. */
  const both = async (line: readonly string[], stdin = ''): Promise<void> => {
    for (const mode of [['--json'], ['--debug', '--color', 'never']]) {
      const env = { ALEPH_AGENT_OUTPUT: '', PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` };
      const at = line.indexOf('--');
      const words = at < 0 ? [...line, ...mode] : [...line.slice(0, at), ...mode, ...line.slice(at)];
      ended.push(await home.run(words, { env, stdin }));
    }
  };

  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12, stateFolder: state });
    home = await devnet.home('0.01');
    mkdirSync(join(folder, 'bin'));
    // an ssh that writes down what every child of ours is given
    writeFileSync(join(folder, 'bin', 'ssh'), `#!/bin/sh\nprintf '%s\\n' "$0" "$@" >> '${childLog}'\nenv >> '${childLog}'\n`);
    chmodSync(join(folder, 'bin', 'ssh'), 0o755);
    // gc install meets no timer of this machine
    for (const name of ['crontab', 'systemctl', 'launchctl'])
      writeFileSync(join(folder, 'bin', name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    writeFileSync(join(folder, 'alert'), `#!/bin/sh\n{ printf '%s\\n' "$0" "$@"; env; cat; } >> '${alertLog}'\n`, { mode: 0o755 });
    writeFileSync(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 });
    writeFileSync(join(folder, 'locked.hex'), plantedLocked, { mode: 0o600 });
  });
  afterAll(async () => {
    if (!closed) await devnet.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is taken over, works a VM from start to end, and shows in no output and to no child', async () => {
    await both(['keys', 'import', 'planted', '--private-key', '-', '--unencrypted'], planted);
    await both(['keys', 'import', 'locked', '--file', join(folder, 'locked.hex'), '--passphrase-file', join(folder, 'passphrase')]);
    await both(['keys', 'use', 'planted']);
    const { address } = (await home.run('keys show planted')).document().data as { address: string };
    await devnet.fund(address, '5');
    await sealHome({ ...home, address }, boss, devnet);
    await both(['vm', 'create', 'box', '--timeout', '20m']);
    await both(['vm', 'exec', 'box', '--', 'true']);
    await both(['gc', 'carrier', 'export', 'box', '--out', join(folder, 'carrier.sh')]);
    const toScreen = await home.run('gc carrier export box --out -');
    expect(toScreen).toMatchObject({ exit: 2 });
    ended.push(toScreen);
    expect(readFileSync(join(folder, 'carrier.sh'), 'latin1')).toContain('FORGET');
    // an alert: nothing but this process ends the VM
    const alerts = join(home.folder, 'alerts.json');
    writeFileSync(alerts, JSON.stringify({ command: join(folder, 'alert'), url: null, secret: alertSecret }), { mode: 0o600 });
    await devnet.advance(2 * 3_600_000);
    await both(['gc', '--execute']);
    // an approval that the approver gave and nobody used
    await both(['vm', 'create', 'big', '--cu', '4', '--no-wait', '--purpose', 'a larger one']);
    const asked = home.ledger((ledger) => ledger.approvals()).find(({ state }) => state === 'pending')!;
    const signature = await signedBy(boss, approvalMessage(asked));
    await both(['approve', asked.id, '--signature', signature]);
    expect(home.ledger((ledger) => ledger.approval(asked.id))).toMatchObject({ state: 'granted' });
    await both(['approvals', 'show', asked.id, '--full']);
    for (const format of [[], ['--csv']]) await both(['ledger', 'export', ...format]);
    await both(['ledger', 'ls', '--full', '--limit', '100']);
    await both(['ledger', 'show', 'box', '--full']);
    expect(rights()).toEqual(expect.arrayContaining([signature]));
    expect(rights().length).toBeGreaterThan(2);
    expect(gaveAway(rights()).filter((line) => !line.startsWith('approve '))).toEqual([]);
    expect(ended.filter(({ line, stdout, stderr }) => line.startsWith('approve ') && leaks(stdout + stderr, [signature]))).toEqual([]);
    expect(leaks(readFileSync(alertLog, 'utf8'), [...traces, passphrase, alertSecret, ...rights()])).toBe(false);
    // the passphrase opens what signs
    const locked = ['--account', 'locked', '--passphrase-file', join(folder, 'passphrase')];
    const { address: behind } = (await home.run('keys show locked')).document().data as { address: string };
    await devnet.fund(behind, '5');
    await both(['vm', 'create', 'other', '--ttl', '1h', '--timeout', '20m', '--if-exists', 'return', ...locked]);
    await both(['vm', 'extend', 'other', '--by', '30m', ...locked]);
    const signed = ended.filter(({ line }) => line.includes('--account locked'));
    expect(
      signed.map(({ exit }) => exit),
      signed.map(({ stdout }) => stdout).join(''),
    ).toEqual([0, 0, 0, 0]);
    expect(home.ledger((ledger) => ledger.vms().filter((vm) => vm.account === behind))).toMatchObject([
      { name: 'other', ttlSeconds: 7200 },
    ]);
    await both(['vm', 'destroy', 'other', ...locked]);
    await both(['vm', 'destroy', 'box']);
    await both(['gc', '--execute']);
    const made = ended.filter(({ exit }) => exit === 0).map(({ line }) => line.split(' ').slice(0, 2).join(' '));
    expect(made).toEqual(expect.arrayContaining(['keys import', 'vm create', 'vm exec', 'vm destroy']));
    expect(ended.filter(({ stdout, stderr }) => leaks(stdout + stderr)).map(({ line }) => line)).toEqual([]);

    const children = readFileSync(childLog, 'utf8');
    expect(children).toContain('BatchMode');
    expect(leaks(children)).toBe(false);
  });

  it('shows in no output of any command, well used or not', async () => {
    const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
    const sessions = new Set(['devnet up', 'serve', 'dashboard', 'demo', 'crash-test']);
    const lines = commands.filter(({ name }) => !sessions.has(name)).map(({ name, examples }) => wordsOf(examples[0]?.line ?? name));
    const misuse = [
      ['keys', 'import', 'twice', '--private-key', planted],
      ['keys', 'import', 'twice', `--private-key=0x${planted}`, '--unencrypted'],
    ];
    const before = ended.length;
    const signatures = rights();
    await inTurns(3, lines, (line) => both(line));
    expect(gaveAway(signatures)).toEqual([]);
    expect(
      ended
        .slice(before)
        .filter(({ stdout, stderr }) => leaks(stdout + stderr))
        .map(({ line }) => line),
    ).toEqual([]);
    // what stands on a command line is known already; what is refused as a key is not repeated all the same
    const at = ended.length;
    await inTurns(3, misuse, (line) => both(line));
    expect(
      ended
        .slice(at)
        .filter(({ stdout, stderr }) => leaks(stdout + stderr))
        .map(({ line }) => line),
    ).toEqual([]);
    expect(ended.slice(at).every(({ exit }) => exit === 2)).toBe(true);
  });

  it('lies in its own file alone: not in ledger, cache, settings or the state of the devnet', async () => {
    await devnet.postExpenses();
    const own = join(home.folder, 'keys', 'planted.json');
    const found = filesIn(home.folder).filter((file) => leaks(readFileSync(file, 'latin1')));
    expect(found.sort()).toEqual([join(home.folder, 'alerts.json'), own].sort());
    expect(filesIn(home.folder).map((file) => file.slice(home.folder.length + 1))).toEqual(expect.arrayContaining(['ledger.sqlite']));
    closed = true;
    await devnet.close();
    expect(filesIn(state).length).toBeGreaterThan(0);
    expect(filesIn(state).filter((file) => leaks(readFileSync(file, 'latin1')))).toEqual([]);
  });

  it('W-127: the packed tarball holds what was built and nothing of anybody', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, maxBuffer: 1 << 24 });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['bin/aleph-agent.js', 'dist/main.js', 'package.json']));
    expect(paths.filter((path) => !/^(bin|dist|plugins|profiles)\/|^(README\.md|LICENSE|CHANGELOG\.md|package\.json)$/.test(path))).toEqual(
      [],
    );
    expect(paths.filter((path) => /sqlite|\.env|(^|\/)keys\/|\.pem$|\.key$/.test(path))).toEqual([]);
    expect(paths.filter((path) => leaks(readFileSync(join(root, path), 'latin1')))).toEqual([]);
  });
});
