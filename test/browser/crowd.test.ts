import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRules, chromiumPath, launch, watch } from '../support/page/browser.ts';
import type { Crowd } from '../support/page/crowd.ts';
import { serveCrowd } from '../support/page/serve-crowd.ts';

const nasty = [
  '<img src=x onerror="document.title=1">',
  '"><script>document.title=1</script>',
  '</q></span></table><h1>Approved</h1>',
  "' autofocus onfocus='document.title=1",
  'javascript:document.title=1',
  '\u202eeteled\u202c all of it',
  'x'.repeat(4000),
  'line\nline\n\n\nline',
];

describe.skipIf(chromiumPath === null)('the page in a browser, with much in it (skipped where there is no Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  const opened = async (crowd: Partial<Crowd>, use: (page: Page, seen: ReturnType<typeof watch>) => Promise<void>): Promise<void> => {
    const at = await serveCrowd(crowd);
    const page = await browser.newPage();
    const seen = watch(page, () => at.host);
    await page.goto(at.url);
    await page.waitForSelector('#vms');
    await page.waitForSelector('#trail');
    await use(page, seen);
    expect(seen).toEqual({ errors: [], elsewhere: [] });
    await page.close();
    at.close();
  };

  it('a thousand VMs, 400 days and 200 agents are shown, and a click draws no more than it must', () =>
    opened({ vms: 1000, days: 400, agents: 200, requests: 20 }, async (page) => {
      await page.waitForFunction(() => document.querySelectorAll('section[aria-labelledby=vms] tbody tr').length === 1000);
      await page.waitForFunction(() => document.querySelectorAll('section[aria-labelledby=agents] tbody tr').length === 200);
      await page.click('summary:has-text("The figures")');
      expect(await page.locator('section[aria-labelledby=spending] tbody tr').count()).toBe(400);
      expect(await page.locator('section[aria-labelledby=spending] canvas').count()).toBe(1);
      // what is drawn anew for a click is a dialog, and not a thousand rows
      const changed = await page.evaluate(async () => {
        let records = 0;
        const observer = new MutationObserver((seen) => {
          records += seen.length;
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        document.querySelector<HTMLElement>('button[aria-label^="Destroy vm-999, "]')!.click();
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        observer.disconnect();
        return records;
      });
      expect(await page.locator('dialog[open]').count()).toBe(1);
      expect(changed).toBeLessThan(10);
    }));

  it('words of others are text: nothing of them runs, loads, or becomes an element', () =>
    opened({ vms: nasty.length, requests: nasty.length, words: (n) => nasty[n % nasty.length]! }, async (page) => {
      await page.waitForSelector('article');
      const found = await page.evaluate(() => ({
        title: document.title,
        images: document.querySelectorAll('img, script:not(body > script), iframe, object, embed, form[action], a, base').length,
        headings: [...document.querySelectorAll('h1')].map(({ textContent }) => textContent),
        handlers: [...document.querySelectorAll('*')].flatMap((element) =>
          element.getAttributeNames().filter((name) => name.startsWith('on')),
        ),
        quoted: [...document.querySelectorAll('article q')].map(({ textContent }) => textContent),
      }));
      expect(found).toEqual({
        title: `(${nasty.length}) aleph-agent`,
        images: 0,
        headings: ['aleph-agent'],
        handlers: [],
        // the newest first
        quoted: [...nasty].reverse().map((text) => {
          const line = text.replace(/\s+/g, ' ').trim();
          return line.length > 160 ? `${line.slice(0, 159)}…` : line;
        }),
      });
    }));

  it('markup that a script would make of a text is refused by the browser itself', () =>
    opened({}, async (page, { errors }) => {
      const refused = await page.evaluate(() => {
        try {
          document.body.insertAdjacentHTML('beforeend', '<b>x</b>');
          return null;
        } catch (thrown) {
          return (thrown as Error).name;
        }
      });
      expect(refused).toBe('TypeError');
      // the browser tells of it
      expect(errors.splice(0)).toEqual([expect.stringContaining('TrustedHTML')]);
    }));

  it.each([
    ['light, wide', 'light', 1280],
    ['dark, wide', 'dark', 1280],
    ['light, a phone', 'light', 360],
    ['dark, a phone', 'dark', 360],
  ] as const)('axe finds nothing: %s', (_, colorScheme, width) =>
    opened({ vms: 12, agents: 6, requests: 2 }, async (page) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.waitForSelector('article');
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await brokenRules(page)).toEqual([]);
      // nothing is wider than the screen
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      await page.click('button[aria-label^="Destroy vm-1, "]');
      expect(await brokenRules(page)).toEqual([]);
    }),
  );

  it('the keyboard alone reaches everything: each button and field in turn, and a dialog keeps it', () =>
    opened({ vms: 2, agents: 1 }, async (page) => {
      await page.waitForSelector('article');
      const wanted = await page.locator('button:enabled:visible, input:visible, select:visible, summary:visible').count();
      const reached = new Set<string>();
      for (let n = 0; n < wanted * 2; n += 1) {
        await page.keyboard.press('Tab');
        reached.add(
          await page.evaluate(() => {
            const element = document.activeElement!;
            return element.matches('button, input, select, summary') ? String([...document.querySelectorAll('*')].indexOf(element)) : '';
          }),
        );
      }
      reached.delete('');
      expect(reached.size).toBe(wanted);
      await page.focus('button[aria-label^="Destroy vm-1, "]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open]');
      for (let n = 0; n < 8; n += 1) {
        await page.keyboard.press('Tab');
        expect(
          await page.evaluate(() => document.activeElement === document.body || document.activeElement!.closest('dialog') !== null),
        ).toBe(true);
      }
      await page.keyboard.press('Escape');
      expect(await page.locator('dialog[open]').count()).toBe(0);
      // whichever way it ends, who used it goes on where they were
      const label = () => page.evaluate(() => document.activeElement!.getAttribute('aria-label'));
      for (const leave of ['Leave it', 'Destroy'] as const) {
        await page.keyboard.press('Enter');
        await page.waitForSelector('dialog[open]');
        if (leave === 'Destroy') await page.keyboard.type('vm-1');
        await page.locator('dialog[open]').getByRole('button', { name: leave, exact: true }).press('Enter');
        await page.waitForSelector('dialog', { state: 'detached' });
        expect(await label()).toMatch(/^Destroy vm-1, /);
      }
    }));
});
