import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The system's Chromium; null where there is none, and then what drives it is skipped. */
export const chromiumPath: string | null =
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path)) ?? null;

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath!,
    // root has no sandbox to run it in
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });

/** What went on in a tab that must not: errors, and requests to anybody but who serves the page. */
export const watch = (page: Page, host: () => string): { errors: string[]; elsewhere: string[] } => {
  // on a machine with much else to do, too
  page.setDefaultTimeout(120_000);
  const errors: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    const { protocol, host: asked } = new URL(request.url());
    if (protocol !== 'file:' && protocol !== 'data:' && protocol !== 'blob:' && asked !== host()) elsewhere.push(request.url());
  });
  return { errors, elsewhere };
};

/** Rules that are broken, by axe, each with where. */
export const brokenRules = async (page: Page): Promise<string[]> => {
  const { source } = (await import('axe-core')).default;
  // as the browser's own inspector does, which no policy of the page hinders
  await page.evaluate(source);
  const found = (await page.evaluate('axe.run(document)')) as {
    violations: { id: string; nodes: { html: string }[] }[];
    passes: unknown[];
  };
  if (found.passes.length < 15) throw new Error(`axe looked at ${found.passes.length} rules only`);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
};
