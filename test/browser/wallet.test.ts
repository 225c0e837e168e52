import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TypedData } from '../../src/domain/approval/typed-data.ts';
import { addressOf, boss, signedBy, stranger } from '../support/approval/approver.ts';
import { sealHome } from '../support/approval/first-approver.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { patient } from '../support/home.ts';
import { chromiumPath, launch, watch } from '../support/page/browser.ts';
import { openingFile, ownersTerminal } from '../support/page/owners-terminal.ts';
import { pageDoor } from '../support/page/served-page.ts';
import { keys, type Terminal } from '../support/terminal.ts';

/** How a wallet answers: as one with these accounts, with a refusal's code, or not before its owner does. */
type Manner = { accounts: string[]; refuses?: number; silent?: true };

const nasty = '<b onmouseover=alert(1)>Best Wallet</b>';

describe.skipIf(chromiumPath === null)('an approver’s wallet in the browser (EIP-6963; skipped where there is no Chromium)', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let terminal: Terminal;
  let browser: Browser;
  let page: Page;
  let seen: ReturnType<typeof watch>;
  let manner: Manner;
  const asked: { method: string; params?: unknown[] }[] = [];

  /** A wallet as an extension puts it into pages: it signs with a key that the page never sees. */
  const wallet = async (request: { method: string; params?: unknown[] }): Promise<unknown> => {
    asked.push(request);
    if (request.method === 'eth_requestAccounts') return { result: manner.accounts };
    if (manner.silent) return new Promise(() => {});
    if (manner.refuses !== undefined) return { error: { code: manner.refuses, message: 'no' } };
    const typed = JSON.parse(String(request.params![1])) as TypedData & { types: { EIP712Domain?: unknown } };
    const { EIP712Domain: _, ...types } = typed.types;
    return { result: await signedBy(boss, { ...typed, types: types as TypedData['types'] }) };
  };

  beforeAll(async () => {
    devnet = await startDevnet();
    home = await devnet.home('20');
    await sealHome(home, boss, devnet);
    await home.run('vm create dear --cu 4 --ttl 4h', { env: patient });
    terminal = ownersTerminal(home, 'dashboard');
    const file = await openingFile(terminal);
    const { host } = pageDoor(file);
    browser = await launch();
    page = await browser.newPage();
    seen = watch(page, () => host);
    await page.exposeFunction('askWallet', wallet);
    await page.addInitScript((name) => {
      const provider = {
        request: async (request: unknown) => {
          const answer = await (
            window as unknown as { askWallet(request: unknown): Promise<{ result?: unknown; error?: unknown }> }
          ).askWallet(request);
          if (answer.error !== undefined) throw answer.error;
          return answer.result;
        },
      };
      const announce = () =>
        dispatchEvent(
          new CustomEvent('eip6963:announceProvider', {
            detail: Object.freeze({ info: { uuid: 'u-1', name, icon: 'data:,', rdns: 'x' }, provider }),
          }),
        );
      addEventListener('eip6963:requestProvider', announce);
      announce();
    }, nasty);
    await page.goto(`file://${file}`);
    await page.waitForSelector('article');
  });
  afterAll(async () => {
    await browser.close();
    terminal.press(keys.interrupt);
    await terminal.exit;
    await devnet.close();
  });

  const requests = () => page.locator('section[aria-labelledby=requests]');
  const sign = () =>
    requests()
      .getByRole('button', { name: /^Sign as/ })
      .first()
      .click();

  it.each<[string, Manner, string]>([
    [
      'of another account',
      { accounts: [stranger.address] },
      `The approver is ${addressOf(boss)}, and the wallet shows ${stranger.address}`,
    ],
    ['that is locked', { accounts: [] }, 'The wallet is locked'],
    ['that does not let the page in', { accounts: [boss.address], refuses: 4100 }, 'The wallet is locked'],
    ['whose owner refuses', { accounts: [boss.address], refuses: 4001 }, 'You refused in the wallet.'],
    ['that asks something already', { accounts: [boss.address], refuses: -32_002 }, 'The wallet asks you something already'],
    ['on a network that it cannot reach', { accounts: [boss.address], refuses: 4901 }, 'on a network that it cannot reach'],
  ])('a wallet %s approves nothing, and why is said', async (_, how, words) => {
    manner = how;
    await sign();
    await requests().getByText(words).waitFor();
    expect((await home.must('approvals ls')).items).toMatchObject([{ state: 'pending' }]);
  });

  it('a reload while the wallet asks leaves the request as it was, and it can be signed afterwards', async () => {
    manner = { accounts: [boss.address], silent: true };
    asked.length = 0;
    await sign();
    await requests().getByText('Look at the wallet.').waitFor();
    await page.reload();
    await page.waitForSelector('article');
    expect((await home.must('approvals ls')).items).toMatchObject([{ state: 'pending' }]);
    await requests()
      .getByRole('button', { name: /^Sign as/ })
      .first()
      .waitFor();
  });

  it('the approver’s signs what the program made of the stored plan; then the call that asked goes through', async () => {
    manner = { accounts: [stranger.address, boss.address] };
    asked.length = 0;
    await sign();
    await requests().locator('dd', { hasText: 'granted' }).waitFor();
    const [, signing] = asked;
    expect([signing!.method, signing!.params![0]]).toEqual(['eth_signTypedData_v4', boss.address]);
    expect(JSON.parse(String(signing!.params![1]))).toMatchObject({
      primaryType: 'PlanApproval',
      message: { action: 'vm create', mostUsd: '0.2280' },
    });
    const made = await home.run('vm create dear --cu 4 --ttl 4h', { env: patient });
    expect(made.exit).toBe(0);
    expect(terminal.whole()).not.toContain('Type ');
  });

  it('a freeze ends by its signature', async () => {
    const glance = page.locator('section[aria-labelledby=glance]');
    await glance.getByRole('button', { name: 'Freeze' }).click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Freeze' }).click();
    const thaw = glance.getByRole('button', { name: 'Thaw, once it is approved' });
    await thaw.click();
    await glance.getByText('APPROVAL_NEEDED').waitFor();
    await sign();
    await requests().locator('dd', { hasText: 'granted' }).waitFor();
    await thaw.click();
    await glance.getByRole('button', { name: 'Freeze' }).waitFor();
    expect((await home.must('status --full')).frozenSince).toBeNull();
  });

  it('what a wallet calls itself is text, and marked', async () => {
    expect(await page.locator('[onmouseover]').count()).toBe(0);
    expect(seen).toEqual({ errors: [], elsewhere: [] });
  });
});
