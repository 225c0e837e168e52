import { join, resolve } from 'node:path';
import { chromiumPath, launch } from '../test/support/page/browser.ts';
import { serveCrowd } from '../test/support/page/serve-crowd.ts';

/** `npm run screenshots`: pictures of the dashboard over an account with a little of everything in it, for docs/dashboard.md. */
const pictures = [
  { name: 'dashboard-wide', colorScheme: 'light', width: 1080 },
  { name: 'dashboard-dark', colorScheme: 'dark', width: 1080 },
  { name: 'dashboard-phone', colorScheme: 'light', width: 390 },
] as const;

const docs = resolve(import.meta.dirname, '../docs');
const nodes = ['Juniper', 'Isle', 'Larch'];

if (chromiumPath === null) throw new Error('there is no Chromium on this machine: install it, and type this again');
const browser = await launch();
for (const { name, colorScheme, width } of pictures) {
  const at = await serveCrowd({ vms: 4, agents: 3, days: 45, requests: 1, words: (n) => `${nodes[n % nodes.length]} ${n}` });
  const page = await browser.newPage({
    colorScheme,
    viewport: { width, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    deviceScaleFactor: 1,
  });
  await page.goto(at.url);
  await page.waitForSelector('canvas');
  await page.waitForSelector('article');
  // to the trail's newest rows: all of them are a long picture on a phone
  const height = Math.ceil((await page.locator('#trail').boundingBox())!.y) + 500;
  await page.screenshot({ path: join(docs, `${name}.png`), clip: { x: 0, y: 0, width, height }, fullPage: true });
  await page.close();
  at.close();
}
await browser.close();
