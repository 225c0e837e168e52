import { existsSync, readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { patient } from '../support/home.ts';
import { chromiumPath, launch, watch } from '../support/page/browser.ts';
import { openingFile, ownersTerminal } from '../support/page/owners-terminal.ts';
import { pageDoor } from '../support/page/served-page.ts';
import { keys, type Terminal } from '../support/terminal.ts';

const purpose = 'ok <img src=x onerror=alert(1)> \u202e please';

describe.skipIf(chromiumPath === null)('the dashboard in a browser (W-105, B-015, B-017; skipped where there is no Chromium)', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let terminal: Terminal;
  let file: string;
  let host: string;
  let link: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let seen: ReturnType<typeof watch>;

  const start = async (): Promise<void> => {
    terminal = ownersTerminal(home, 'dashboard');
    file = await openingFile(terminal);
    ({ host, link } = pageDoor(file));
  };
  const part = (id: string) => page.locator(`section[aria-labelledby=${id}]`);
  const asksForMore = (name: string) =>
    home.run(['vm', 'create', name, '--cu', '4', '--ttl', '4h', '--purpose', purpose], { env: patient });

  beforeAll(async () => {
    devnet = await startDevnet();
    home = await devnet.home('20');
    await home.must('vm create ci --ttl 2h --task nightly', { env: patient });
    await home.must('vm create web --ttl 2h', { env: patient });
    await devnet.advance(3600_000);
    await devnet.postExpenses();
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    await start();
    page = await context.newPage();
    seen = watch(page, () => host);
    await page.goto(`file://${file}`);
    await page.waitForSelector('#vms');
  });
  afterAll(async () => {
    await browser.close();
    terminal.press(keys.interrupt);
    await terminal.exit;
    await devnet.close();
  });

  it('opens by its file, which is gone then, and keeps no secret in its address', async () => {
    expect(page.url()).toBe(`http://${host}/`);
    expect(existsSync(file)).toBe(false);
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(['', 0, 1]);
    expect(await page.content()).not.toContain(link);
  });

  it('shows what runs and what it costs, whose it is, and what each limit has left', async () => {
    await part('vms').locator('tbody tr').nth(1).waitFor();
    const cells = await part('vms').locator('tbody tr').first().innerText();
    for (const word of ['ci', 'healthy', '0.01425', 'nightly', 'owner']) expect(cells).toContain(word);
    expect(await part('glance').innerText()).toMatch(/Burns now\s+0\.0285 USD\/h/);
    expect(await part('limits').innerText()).toMatch(/VMs at once\s+2 of 3/);
    await page.waitForFunction(() => document.querySelector('header')!.textContent!.includes('live'));
  });

  it('shows spending by day, agent, task and VM, with the figures behind each picture and as CSV', async () => {
    const { items } = await home.must('credits history --by task');
    expect(items.length).toBeGreaterThan(0);
    for (const [way, key] of [
      ['Agent', '(owner)'],
      ['Task', 'nightly'],
      ['VM', 'web'],
    ] as const) {
      await part('spending').getByRole('button', { name: way, exact: true }).click();
      if (way === 'Agent') await part('spending').locator('summary').click();
      await part('spending').locator('tbody', { hasText: key }).waitFor();
      await part('spending').locator('canvas').waitFor();
    }
    const downloading = page.waitForEvent('download');
    await part('spending').getByRole('button', { name: 'CSV' }).click();
    const text = readFileSync(await (await downloading).path(), 'utf8');
    expect(text).toBe((await home.must('credits history --by vm --csv')).csv);
  });

  it('hears of a request as it is made: our figures first, then as decoded, the agent’s words last', async () => {
    expect((await asksForMore('dear')).exit).toBe(10);
    const request = part('requests').locator('article');
    await request.waitFor();
    await request.locator('summary').click();
    await request.locator('dt', { hasText: 'mostUsd' }).waitFor();
    const words = await request.innerText();
    const places = ['at most 0.2280 USD', 'Create dear', 'What a signature would say', 'the agent says'].map((text) => words.indexOf(text));
    expect(places.every((place, n) => place >= 0 && (n === 0 || place > places[n - 1]!))).toBe(true);
    expect(await page.locator('img').count()).toBe(0);
  });

  it('approves by the terminal’s code, through a reload in the middle and a slip', async () => {
    await part('requests').locator('article').getByRole('button', { name: 'Approve…' }).click();
    await terminal.shows(/Type \d{3} \d{3} there/);
    const [, code = ''] = /Type (\d{3} \d{3}) there/.exec(terminal.screen()) ?? [];
    const field = part('requests').locator('article input');
    await field.waitFor();
    await page.reload();
    await field.waitFor();
    await field.fill(code === '000 000' ? '000001' : '000000');
    await page.keyboard.press('Enter');
    await part('requests').getByText('That is not the code').waitFor();
    await field.fill(code);
    await page.keyboard.press('Enter');
    await part('requests').locator('dd', { hasText: 'granted' }).waitFor();
    expect((await asksForMore('dear')).exit).toBe(0);
    await part('vms').locator('tbody th', { hasText: 'dear' }).waitFor();
  });

  it('lowers a limit, and asks for a higher one', async () => {
    await part('limits').locator('summary').click();
    await part('limits').getByRole('textbox', { name: 'A day, USD' }).fill('1');
    await part('limits').getByRole('button', { name: 'Set' }).click();
    await part('limits')
      .getByText(/^The limits hold/)
      .waitFor();
    expect((await home.must('policy show')).maxDayUsd).toBe('1.0000');
    await part('limits').getByRole('textbox', { name: 'VMs at once' }).fill('50');
    await part('limits').getByRole('button', { name: 'Set' }).click();
    await part('limits').getByText('APPROVAL_NEEDED').waitFor();
    expect((await home.must('policy show')).maxVms).toBe(3);
    await part('requests').getByRole('button', { name: 'Deny' }).click();
    await part('requests').getByText('Nothing waits for approval.').waitFor();
  });

  it('destroys a VM by the keyboard, once its name is typed', async () => {
    await page.focus('button[aria-label^="Destroy web, "]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.type('we');
    await page.keyboard.press('Enter');
    expect(await page.locator('dialog[open]').count()).toBe(1);
    await page.keyboard.type('b');
    await page.keyboard.press('Enter');
    await part('vms')
      .getByText(/^web \([0-9a-f]{12}\) is gone and bills no more\./)
      .waitFor();
    expect((await home.must('vm ls')).items.map(({ name }: { name: string }) => name)).not.toContain('web');
  });

  it('checks the trail', async () => {
    await part('trail').getByRole('button', { name: 'Check it' }).click();
    await part('trail').getByText('follow from one another').waitFor();
    const [newest] = (await home.must('ledger ls --limit 1')).items as { seq: number }[];
    await part('trail')
      .locator('tbody th', { hasText: String(newest!.seq) })
      .waitFor();
  });

  it('in a second tab of the session what one does shows in the other; a tab of its own is closed', async () => {
    const [other] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => void window.open('/'))]);
    await other.waitForSelector('#vms');
    await part('glance').getByRole('button', { name: 'Freeze' }).click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Freeze' }).click();
    await other.getByText('nothing is created or extended.').waitFor();
    expect((await home.must('status --full')).frozenSince).not.toBeNull();
    await other.close();
    const stranger = await context.newPage();
    await stranger.goto(`http://${host}/`);
    await stranger.getByText('This page is not open here.').waitFor();
    await stranger.close();
  });

  it('has met no error and asked nobody else meanwhile', () => expect(seen).toEqual({ errors: [], elsewhere: [] }));

  it('a second use of its link closes it, in the browser too', async () => {
    await pageDoorAgain();
    await page.getByText('The program that served this page has closed it.').waitFor();
    expect(await terminal.exit).toBe(4);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(terminal.whole()).toContain('was used a second time');
  });

  it('started again it has another port and another link, and the old tab stays closed', async () => {
    const before = host;
    await start();
    expect(host).not.toBe(before);
    const again = await context.newPage();
    await again.goto(`file://${file}`);
    await again.getByText('live', { exact: true }).waitFor();
    terminal.press(keys.interrupt);
    await again.getByText('The program that served this page has closed it.').waitFor();
    expect(await terminal.exit).toBe(0);
  });

  /** Whoever read the file before it was used, an agent of the same user for instance. */
  const pageDoorAgain = async (): Promise<void> => {
    const response = await fetch(`http://${host}/open`, {
      method: 'POST',
      headers: { origin: `http://${host}`, 'content-type': 'application/json' },
      body: JSON.stringify({ link }),
    }).catch(() => null);
    expect(response?.status ?? 403).toBe(403);
  };
});
