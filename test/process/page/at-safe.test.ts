import { lstatSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardReport } from '../../../src/adapters/safe/guard.ts';
import { agreed } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { ownersTerminal } from '../../support/page/owners-terminal.ts';
import { pageAt, servePage } from '../../support/page/served-page.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { keys } from '../../support/terminal.ts';

describe('the page that a safe serves itself (safe.md §6, W-105)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  beforeAll(async () => {
    devnet = await startDevnet();
    owner = await devnet.home('20');
    safe = await serveSafe(owner);
    await safe.agent('ci', '--budget 1');
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  it('is asked for at a socket that the safe’s user alone may use', () => {
    const found = lstatSync(`${safe.socket}.page`);
    expect([found.isSocket(), found.mode & 0o777]).toEqual([true, 0o600]);
  });

  it('stays once the call that asked for it has ended, which waits until the link was used; without a terminal it only shows', async () => {
    const page = await servePage(owner);
    expect(page.said.data).toMatchObject({ bySafe: true, readOnly: true, approvesBy: null });
    const key = await page.open();
    expect((await page.ended).exit).toBe(0);
    expect((await page.post('/call', { command: 'agents ls', input: {} }, key)).json().data.items).toMatchObject([{ name: 'ci' }]);
    expect((await page.post('/call', { command: 'freeze', input: {} }, key)).json().error.code).toBe('PAGE_REFUSED');
  });

  it('narrows for who asked at a terminal, and approves by the approver’s signature alone', async () => {
    const terminal = ownersTerminal(owner, 'dashboard --link');
    const page = pageAt(await terminal.shows(/http:\S+#\S{43}/));
    expect(terminal.whole()).toMatch(/The safe serves it/);
    const key = await page.open();
    expect(await terminal.exit).toBe(0);
    const suspended = await page.post('/call', { command: 'agents suspend', input: { name: 'ci' } }, key);
    expect(suspended.json()).toMatchObject({ ok: true, data: { name: 'ci' } });
    const refused = await page.post('/approve', { envelope: { upTo: '1', ttl: '1h', cu: 1, vms: 1, until: '1h' } }, key);
    expect(refused.json().error).toMatchObject({ code: 'PAGE_REFUSED', message: expect.stringContaining('signature') });
    expect((await agreed(owner, 'agents resume ci')).exit).toBe(0);
  });

  it('is closed where the call that asked goes away before its link was used', async () => {
    const page = await servePage(owner);
    await page.close();
    await expect(page.open()).rejects.toThrow();
  });

  it('is another’s where its link was used twice: the page closes, and the safe goes on', async () => {
    const page = await servePage(owner);
    const key = await page.open();
    expect((await page.post('/open', { link: page.link })).json().error.code).toBe('PAGE_REFUSED');
    await expect(page.post('/call', { command: 'status', input: {} }, key).then((got) => got.json().ok)).resolves.not.toBe(true);
    expect((await owner.must('serve status')).safe).toMatchObject({ version: expect.any(String) });
  });

  it('a call about another account or task has a page of its own', async () => {
    const page = await servePage(owner, '--task other');
    expect(page.said.data.bySafe).toBe(false);
    await page.close();
  });

  it('is about the account that it was opened for, whichever key is chosen meanwhile', async () => {
    const page = await servePage(owner);
    const key = await page.open();
    const [inUse] = (await owner.must('keys ls')).items as { name: string }[];
    await owner.must('keys create another --unencrypted');
    await owner.must('keys use another');
    const { data } = (await page.post('/call', { command: 'status', input: {} }, key)).json();
    expect(data.account.toLowerCase()).toBe(owner.address.toLowerCase());
    // the safe's pages are about the account of its start, so one about another is served apart
    const other = await servePage(owner);
    expect(other.said.data.bySafe).toBe(false);
    await other.close();
    await owner.must(`keys use ${inUse!.name}`);
  });

  it('is closed with all others of the safe by dashboard --close', async () => {
    const page = await servePage(owner);
    const key = await page.open();
    expect((await owner.run('dashboard --close')).exit).toBe(0);
    await expect(page.post('/call', { command: 'status', input: {} }, key)).rejects.toThrow();
    const terminal = ownersTerminal(owner, 'dashboard --close');
    expect(await terminal.exit).toBe(0);
    expect(terminal.whole()).toMatch(/No safe of this home serves a page/);
  });

  it('ends with the safe; one that was served with --no-dashboard has none', async () => {
    const before = await servePage(owner);
    const key = await before.open();
    await safe.close();
    await expect(before.post('/call', { command: 'status', input: {} }, key)).rejects.toThrow();
    safe = await serveSafe(owner, { flags: '--no-dashboard' });
    const page = await servePage(owner);
    expect(page.said.data.bySafe).toBe(false);
    await page.close();
  });
});

describe('serve --page-approves', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  beforeAll(async () => {
    devnet = await startDevnet();
    owner = await devnet.home('20');
  });
  afterAll(async () => devnet.close());

  it('is for a person at a terminal, and about a page that is served', async () => {
    expect((await owner.run('serve --page-approves')).document().error).toMatchObject({ code: 'USAGE', sideEffects: 'none' });
    const terminal = ownersTerminal(owner, 'serve --page-approves --no-dashboard');
    expect(await terminal.exit).toBe(2);
    expect(terminal.whole()).toMatch(/leaves out/);
  });

  it('shows the code at the safe’s own terminal, where no agent is seen beside it', async () => {
    expect((await agreed(owner, 'agents add ci --budget 1')).exit).toBe(0);
    const serving = ownersTerminal(owner, 'serve --page-approves');
    const beside = guardReport([]).agents ?? [];
    if (beside.length > 0) {
      expect(await serving.exit).toBe(4);
      expect(serving.whole()).toMatch(/PAGE_REFUSED/);
      return;
    }
    await serving.shows(/takes a code that stands here/);
    const asking = ownersTerminal(owner, 'dashboard --link');
    const page = pageAt(await asking.shows(/http:\S+#\S{43}/));
    expect(asking.whole()).toMatch(/a code that stands where the safe was started/);
    const key = await page.open();
    expect(await asking.exit).toBe(0);
    const approved = page.post('/approve', { envelope: { upTo: '1', ttl: '1h', cu: 1, vms: 1, until: '1h' } }, key);
    await serving.shows(/Type \d{3} \d{3} there/);
    const [, code] = /Type (\d{3} \d{3}) there/.exec(serving.screen()) ?? [];
    expect((await page.post('/code', { approval: 'an envelope', code }, key)).json()).toEqual({ answer: 'agreed' });
    expect((await approved).json()).toMatchObject({ ok: true });
    serving.press(keys.interrupt);
    await serving.exit;
  });
});
