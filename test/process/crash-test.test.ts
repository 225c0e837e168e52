import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trials } from '../../src/commands/crash-test/trials.ts';
import { lonelyHome } from '../support/home.ts';
import { makesOsUsers } from '../support/safe/os-users.ts';

/** What a user types who wants to see README's claims for himself. */
describe('aleph-agent crash-test', () => {
  const home = lonelyHome();
  const temporary = join(home.folder, 't');
  beforeAll(() => mkdirSync(temporary, { recursive: true, mode: 0o755 }));
  afterAll(() => home.close());

  it('every claim holds, and nothing is left of it: no file, no user, no process', async () => {
    const users = readFileSync('/etc/passwd', 'utf8');
    const { child, ended } = home.start('crash-test --json');
    const ran = await ended;
    const { data } = ran.document();
    const outcomes = Object.fromEntries(data.trials.map(({ id, outcome }: { id: string; outcome: string }) => [id, outcome]));
    const byRoot = makesOsUsers() ? 'held' : 'not-tried';
    expect(outcomes, ran.stdout).toEqual(Object.fromEntries(trials.map(({ id }) => [id, id === 'two-users' ? byRoot : 'held'])));
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(readFileSync('/etc/passwd', 'utf8')).toBe(users);
    expect(children(child.pid!)).toEqual([]);
    expect(readdirSync(home.folder).filter((name) => /ledger|keys|settings/.test(name))).toEqual([]);
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

  it('Ctrl-C ends it with all its processes, and takes its files away', async () => {
    const { child, ended } = home.start('crash-test at-once', { env: { TMPDIR: temporary, ALEPH_AGENT_OUTPUT: 'json' } });
    const isUnderWay = (): boolean => readdirSync(temporary).some((name) => readdirSync(join(temporary, name)).includes('1'));
    while (!isUnderWay()) await new Promise(setImmediate);
    child.kill('SIGINT');
    const ran = await ended;
    expect(ran).toMatchObject({ exit: 130 });
    expect(readdirSync(temporary).filter((name) => name.startsWith('aleph-agent-trial'))).toEqual([]);
  });
});

/** Processes whose parent is this one, where the system tells. */
const children = (pid: number): string[] =>
  (existsSync('/proc') ? readdirSync('/proc') : []).filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(pid);
    } catch {
      return false;
    }
  });
