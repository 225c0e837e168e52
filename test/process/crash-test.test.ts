import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trials } from '../../src/commands/crash-test/trials.ts';
import { lonelyHome } from '../support/home.ts';
import { makesOsUsers } from '../support/safe/os-users.ts';

/** What a user types who wants to see README's claims for himself. */
describe('aleph-agent crash-test', () => {
  const home = lonelyHome();
  // the OS users that it makes have their homes there
  const temporary = mkdtempSync(join(tmpdir(), 'trials-'));
  beforeAll(() => chmodSync(temporary, 0o755));
  afterAll(() => {
    rmSync(temporary, { recursive: true, force: true });
    home.close();
  });

  it('every claim holds, and nothing is left of it: no file, no user, no group, no process', async () => {
    const users = accounts();
    const ran = await home.run('crash-test --json', { env: { TMPDIR: temporary } });
    const { data } = ran.document();
    const outcomes = Object.fromEntries(data.trials.map(({ id, outcome }: { id: string; outcome: string }) => [id, outcome]));
    const byRoot = makesOsUsers() ? 'held' : 'not-tried';
    expect(outcomes, ran.stdout).toEqual(Object.fromEntries(trials.map(({ id }) => [id, id === 'two-users' ? byRoot : 'held'])));
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(accounts()).toEqual(users);
    expect(running(temporary)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(home.folder).filter((name) => /ledger|keys|settings/.test(name))).toEqual([]);
  });

  it.runIf(makesOsUsers())('a folder that other users may not enter is named, and what takes OS users is not tried', async () => {
    chmodSync(temporary, 0o700);
    const ran = await home.run('crash-test two-users --json', { env: { TMPDIR: temporary } });
    chmodSync(temporary, 0o755);
    expect(ran.document().data.trials).toMatchObject([
      { outcome: 'not-tried', command: null, evidence: expect.stringContaining(temporary) },
    ]);
  });

  it('a claim that cannot be shown to hold has fallen: exit 1, and the document says why', async () => {
    // the path of a socket has room for about a hundred characters, so that here no safe can be served
    const deep = join(temporary, 'd'.repeat(120));
    mkdirSync(deep, { recursive: true });
    const ran = await home.run('crash-test safe --json', { env: { TMPDIR: deep } });
    expect(ran.exit).toBe(1);
    expect(ran.document()).toMatchObject({ ok: true, data: { held: 0, fell: 1, trials: [{ id: 'safe', outcome: 'fell' }] } });
    expect(ran.document().data.trials[0].broken.join()).toMatch(/socket|did not start/);
    expect(readdirSync(deep)).toEqual([]);
  });

  it.each<[string, NodeJS.Signals, number, number]>([
    ['Ctrl-C', 'SIGINT', 1, 130],
    ['a second Ctrl-C', 'SIGINT', 2, 130],
    ['a terminal that is closed', 'SIGHUP', 1, 143],
  ])('%s ends it with all its processes, and takes its files, OS users and groups away', async (_what, signal, times, exit) => {
    const users = accounts();
    // as root a trial makes OS users; else one that has as many processes
    const trial = makesOsUsers() ? 'two-users' : 'at-once';
    const { child, ended } = home.start(`crash-test ${trial}`, { env: { TMPDIR: temporary, ALEPH_AGENT_OUTPUT: 'json' } });
    const isOpen = (): boolean => readdirSync(temporary).some((name) => readdirSync(join(temporary, name)).includes('1'));
    const isUnderWay = (): boolean => isOpen() && (trial === 'at-once' || accounts().join().includes(`aatrial${child.pid}x`));
    while (!isUnderWay() && child.exitCode === null) await new Promise(setImmediate);
    for (let sent = 0; sent < times; sent += 1) child.kill(signal);
    expect(await ended).toMatchObject({ exit });
    expect(readdirSync(temporary).filter((name) => name.startsWith('aleph-agent-trial'))).toEqual([]);
    expect(accounts()).toEqual(users);
    // who was killed as the run ended is reaped by the system
    while (running(temporary).length > 0) await new Promise(setImmediate);
  });

  it('the folder of a run that was killed goes with the next one, and none of a run that lives', async () => {
    const { child, ended } = home.start('crash-test copies', { env: { TMPDIR: temporary, ALEPH_AGENT_OUTPUT: 'json' } });
    const folders = (): string[] => readdirSync(temporary).filter((name) => name.startsWith(`aleph-agent-trial-${child.pid}-`));
    while (folders().length === 0) await new Promise(setImmediate);
    child.kill('SIGKILL');
    await ended;
    const living = join(temporary, `aleph-agent-trial-${process.pid}-living`);
    mkdirSync(living);
    expect(folders()).toHaveLength(1);
    await home.run('crash-test lying-host', { env: { TMPDIR: temporary, ALEPH_AGENT_OUTPUT: 'json' } });
    expect(folders()).toEqual([]);
    expect(existsSync(living)).toBe(true);
    rmdirSync(living);
  });
});

/** The users and groups of this machine, where it has them in files. */
const accounts = (): string[] => ['/etc/passwd', '/etc/group'].map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''));

/** Processes whose temporary folder is this one or in it, where the system tells. */
const running = (temporary: string): string[] =>
  (existsSync('/proc') ? readdirSync('/proc') : []).filter((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        readFileSync(`/proc/${name}/environ`, 'utf8')
          .split('\0')
          .some((each) => each.startsWith(`TMPDIR=${temporary}`))
      );
    } catch {
      return false;
    }
  });
