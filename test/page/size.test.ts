import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { buildPage } from '../../scripts/page.ts';

const root = resolve(import.meta.dirname, '../..');

it('the page is one document of at most 120 KiB, made of its own files and three packages', async () => {
  const { html, metafile } = await buildPage();
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(120 * 1024);
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => !/^(src\/page\/|node_modules\/(preact|htm|uplot)\/)/.test(path))).toEqual([]);
  expect(inputs).toContain('src/page/main.ts');
});

it('it loads nothing, and has no markup of its own making', async () => {
  const { html, metafile } = await buildPage();
  const [head = '', script = ''] = html.split('<script>');
  expect(head.match(/(src|href)=\S+/g)).toEqual(['href="data:,">']);
  expect(head).not.toMatch(/url\(|@import|style="|\son[a-z]+="/);
  expect(script).not.toMatch(
    /insertAdjacentHTML|outerHTML|document\.write|eval\(|new Function|importScripts|WebSocket|XMLHttpRequest|localStorage|document\.cookie/,
  );
  expect(script).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  // preact has the word, for a property that no part of the page uses
  const own = Object.keys(metafile.inputs).filter((path) => path.startsWith('src/page/'));
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter((path) => /innerHTML/i.test(readFileSync(resolve(root, path), 'utf8')))).toEqual([]);
});
