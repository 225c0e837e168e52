import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreed } from '../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { patient } from '../support/home.ts';
import { chromiumPath, launch, watch } from '../support/page/browser.ts';
import { openingFile, ownersTerminal } from '../support/page/owners-terminal.ts';
import { pageDoor } from '../support/page/served-page.ts';
import { keys, type Terminal } from '../support/terminal.ts';

interface Deed {
  /** All that comes before the click that does it. */
  begin(): Promise<unknown>;
  /** The click, or the key. */
  end(): Promise<unknown>;
  /** By the home itself: how far it is done. */
  state(): Promise<unknown>;
  before: unknown;
  after: unknown;
  /** What the page shows once it is so. */
  shown(): Locator;
}

describe.skipIf(chromiumPath === null)('a reload in the middle of what one does on the page (skipped where there is no Chromium)', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let terminal: Terminal;
  let browser: Browser;
  let page: Page;
  let seen: ReturnType<typeof watch>;

  const part = (id: string): Locator => page.locator(`section[aria-labelledby=${id}]`);
  const dialog = (): Locator => page.locator('dialog[open]');
  const names = (items: { name: string }[]): string[] => items.map(({ name }) => name);
  const asks = () => home.run('vm create dear --cu 4 --ttl 4h', { env: patient });
  const pending = async (): Promise<number> =>
    (await home.must('approvals ls')).items.filter(({ state }: { state: string }) => state === 'pending').length;

  beforeAll(async () => {
    devnet = await startDevnet();
    home = await devnet.home('20');
    await home.must('vm create web --ttl 2h', { env: patient });
    for (const name of ['ci', 'nightly']) expect((await agreed(home, `agents add ${name} --budget 1`)).exit).toBe(0);
    terminal = ownersTerminal(home, 'dashboard');
    const file = await openingFile(terminal);
    const { host } = pageDoor(file);
    browser = await launch();
    page = await browser.newPage();
    seen = watch(page, () => host);
    await page.goto(`file://${file}`);
    await part('vms').locator('tbody th', { hasText: 'web' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    terminal.press(keys.interrupt);
    await terminal.exit;
    await devnet.close();
  });

  const row = (id: string, name: string): Locator => part(id).locator('tbody tr', { has: page.locator('th', { hasText: name }) });

  const deeds: Record<string, () => Deed> = {
    'lowers a limit': () => ({
      async begin() {
        await part('limits').locator('summary').click();
        await part('limits').getByRole('textbox', { name: 'A day, USD' }).fill('1');
      },
      end: () => part('limits').getByRole('button', { name: 'Set' }).click(),
      state: async () => (await home.must('policy show')).maxDayUsd,
      before: '2.0000',
      after: '1.0000',
      shown: () => part('limits').getByText(/of 1\.0000 USD left/),
    }),
    'suspends an agent': () => ({
      begin: () => row('agents', 'ci').waitFor(),
      end: () => row('agents', 'ci').getByRole('button', { name: 'Suspend ci' }).click(),
      state: async () => (await home.must('agents show ci')).state,
      before: 'invited',
      after: 'suspended',
      shown: () => row('agents', 'ci').getByText('suspended'),
    }),
    'puts an agent out': () => ({
      async begin() {
        await row('agents', 'nightly')
          .getByRole('button', { name: /^Revoke/ })
          .click();
        await dialog().locator('input').fill('nightly');
      },
      end: () => page.keyboard.press('Enter'),
      state: async () => (await home.must('agents show nightly')).state,
      before: 'invited',
      after: 'revoked',
      shown: () => row('agents', 'nightly').getByText('revoked'),
    }),
    'denies a request': () => ({
      async begin() {
        await part('requests').locator('article').waitFor();
      },
      end: () => part('requests').getByRole('button', { name: 'Deny' }).click(),
      state: pending,
      before: 1,
      after: 0,
      shown: () => part('requests').getByText('Nothing waits for approval.'),
    }),
    'destroys a VM': () => ({
      async begin() {
        await page.locator('button[aria-label^="Destroy web, "]').click();
        await dialog().locator('input').fill('web');
      },
      end: () => page.keyboard.press('Enter'),
      state: async () => names((await home.must('vm ls')).items),
      before: ['web'],
      after: [],
      shown: () => part('vms').getByText('Nothing runs.'),
    }),
    freezes: () => ({
      begin: () => part('glance').getByRole('button', { name: 'Freeze' }).click(),
      end: () => dialog().getByRole('button', { name: 'Freeze' }).click(),
      state: async () => (await home.must('status --full')).frozenSince !== null,
      before: false,
      after: true,
      shown: () => part('glance').getByRole('button', { name: 'Thaw, once it is approved' }),
    }),
    'asks for a thaw': () => ({
      async begin() {
        await part('glance').getByRole('button', { name: 'Thaw, once it is approved' }).waitFor();
      },
      end: () => part('glance').getByRole('button', { name: 'Thaw, once it is approved' }).click(),
      state: pending,
      before: 0,
      after: 1,
      shown: () => part('requests').locator('article'),
    }),
  };

  it.each(Object.keys(deeds))('%s: before the click nothing is done, after it the page shows what is', async (name) => {
    if (name === 'denies a request') expect((await asks()).exit).toBe(10);
    const { begin, end, state, before, after, shown } = deeds[name]!();
    await begin();
    await page.reload();
    await page.waitForSelector('#vms');
    expect(await state()).toEqual(before);
    expect(await dialog().count()).toBe(0);
    for (let tries = 1; JSON.stringify(await state()) !== JSON.stringify(after); tries += 1) {
      // a reload may take the click back before the program hears of it: then it is not done, and the page offers it again
      expect(tries).toBeLessThan(20);
      await begin();
      await Promise.all([page.waitForRequest((request) => request.url().endsWith('/call')), end()]);
      await page.reload();
      await page.waitForSelector('#vms');
    }
    await shown().first().waitFor();
  });

  // a request that a reload cuts off is an error to a browser
  it('has asked nobody else meanwhile', () => expect(seen.elsewhere).toEqual([]));
});
