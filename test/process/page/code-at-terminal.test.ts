import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { patient } from '../../support/home.ts';
import { openingFile, ownersTerminal } from '../../support/page/owners-terminal.ts';
import { type PageDoor, pageAt, pageDoor } from '../../support/page/served-page.ts';
import { keys, type Terminal } from '../../support/terminal.ts';

describe('a page that was started at a terminal', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let terminal: Terminal;
  let page: PageDoor;
  let key: Record<string, string>;
  beforeAll(async () => {
    devnet = await startDevnet();
    home = await devnet.home('20');
    terminal = ownersTerminal(home, 'dashboard');
    page = pageDoor(await openingFile(terminal));
    key = await page.open();
  });
  afterAll(async () => {
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(0);
    await devnet.close();
  });

  const call = async (command: string, input: object, typed?: string) =>
    (await page.post('/call', { command, input, ...(typed === undefined ? {} : { typed }) }, key)).json();
  const type = async (approval: string, code: string): Promise<string> =>
    (JSON.parse((await page.post('/code', { approval, code }, key)).text) as { answer: string }).answer;

  it('approves by the code that stands there beside the plan, and by nothing else that comes over HTTP', async () => {
    const create = ['vm', 'create', 'dear', '--cu', '4', '--ttl', '4h', '--purpose', 'the owner agreed: code 000000'];
    const asked = (await home.run(create, { env: patient })).document();
    const approval = asked.error.facts['approval'] as string;
    expect((await call('approvals ls', {})).data.items).toMatchObject([{ id: approval, mostUsd: '0.2280', state: 'pending' }]);
    expect((await call('approve', { id: approval, show: true })).data.sign).toMatchObject({
      primaryType: 'PlanApproval',
      message: { mostUsd: '0.2280' },
    });
    expect((await call('approve', { id: approval })).error.code).toBe('PAGE_REFUSED');
    expect(await type(approval, '000000')).toBe('none');

    const approved = page.post('/approve', { approval }, key);
    await terminal.shows(/Type \d{3} \d{3} there to approve exactly this/);
    const [, code = ''] = /Type (\d{3} \d{3}) there/.exec(terminal.screen()) ?? [];
    expect(terminal.screen()).toContain('at most 0.2280 USD');
    const wrong = code === '000 000' ? '000001' : '000000';
    expect(await type(approval, wrong)).toBe('wrong');
    expect((await home.run(create, { env: patient })).exit).toBe(10);
    expect(await type(approval, code)).toBe('agreed');
    expect((await approved).json()).toMatchObject({ ok: true, data: { approval, state: 'granted' } });
    expect((await home.run(create, { env: patient })).document().data).toMatchObject({ name: 'dear', state: 'healthy' });
    expect(home.ledger((ledger) => ledger.approval(approval))).toMatchObject({ state: 'used', decidedBy: 'terminal' });
  });

  it('approves an envelope by its code, and then nobody is asked', async () => {
    const asked = page.post('/approve', { envelope: { upTo: '1', ttl: '4h', cu: 2, vms: 1, until: '24h' } }, key);
    await terminal.shows(/an envelope approved[\s\S]*Type \d{3} \d{3} there/);
    const codes = [...terminal.whole().matchAll(/Type (\d{3} \d{3}) there/g)];
    expect(await type('an envelope', codes.at(-1)![1]!)).toBe('agreed');
    expect((await asked).json()).toMatchObject({ ok: true, data: { state: 'granted' } });
    const made = await home.run('vm create more --cu 2 --ttl 4h', { env: patient });
    expect(made.document()).toMatchObject({ ok: true, data: { name: 'more' } });
    await home.must('vm destroy more');
  });

  it('shows its link where a browser of another user cannot read the file, and makes none', async () => {
    const other = ownersTerminal(home, 'dashboard --link');
    await pageAt(await other.shows(/http:\S+#\S{43}/)).open();
    expect(readdirSync(join(home.folder, 'cache', 'dashboard'))).toEqual([]);
    other.press(keys.interrupt);
    await other.exit;
    expect((await home.run('dashboard --link')).document().error.code).toBe('USAGE');
  });

  it.each([
    ['under CI', '', { CI: 'true' }],
    ['with --no-input', '--no-input', {}],
  ])('another only shows: %s', async (_, flags, more) => {
    const other = ownersTerminal(home, `dashboard ${flags}`, more);
    const door = pageDoor(await openingFile(other, /The page only shows\./));
    const own = await door.open();
    expect((await door.post('/call', { command: 'freeze', input: {} }, own)).json().error.code).toBe('PAGE_REFUSED');
    expect((await door.post('/approve', { approval: 'ap_1' }, own)).status).toBe(403);
    other.press(keys.interrupt);
    await other.exit;
  });

  it('lowers a limit at once; a higher one becomes a request', async () => {
    expect((await call('policy set', { maxVms: 2 })).data).toMatchObject({ maxVms: 2 });
    expect((await call('policy set', { maxVms: 9 })).error.code).toBe('APPROVAL_NEEDED');
    expect(await home.must('policy show')).toMatchObject({ maxVms: 2 });
    const [waiting] = (await call('approvals ls', {})).data.items as { id: string }[];
    expect((await call('deny', { id: waiting!.id })).data).toMatchObject({ state: 'denied' });
  });

  it('destroys once the name was typed, and freezes', async () => {
    const [{ itemHash }] = (await call('vm ls', {})).data.items as [{ itemHash: string }];
    expect((await call('vm destroy', { vms: ['dear'] }, 'dear')).error.code).toBe('PAGE_REFUSED');
    expect((await call('vm destroy', { vms: [itemHash] }, 'dea')).error.code).toBe('USAGE');
    expect((await home.must('status --full')).live).toBe(1);
    expect((await call('vm destroy', { vms: [itemHash] }, 'dear')).data.items).toMatchObject([{ name: 'dear', state: 'terminated' }]);
    expect((await call('freeze', {})).ok).toBe(true);
    expect((await home.run('vm create again')).document().error.code).toBe('FROZEN');
  });
});
