import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../src/', import.meta.url);
const source = (url: URL) => readFileSync(url, 'utf8');

/** What a module pulls in when it is loaded: static imports, types aside. */
const loads = (url: URL): string[] => [...source(url).matchAll(/^import (?!type )[^;]*? from '([^']+)';/gm)].map((found) => found[1]!);

describe('what a read loads', () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const walk = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const name of loads(url)) name.startsWith('.') ? walk(new URL(name, url)) : packages.add(name);
  };
  walk(new URL('adapters/aleph/open-cloud.ts', folder));

  it('is the whole adapter', () => expect(seen.size).toBeGreaterThan(30));

  it('is neither the SDK nor ethers: those come with the first signature', () => {
    expect([...packages].sort()).toEqual(['decimal.js', 'node:crypto', 'node:net', 'zod']);
    expect(source(new URL('adapters/aleph/messages/sign-message.ts', folder))).toMatch(/import\('@aleph-sdk\/message'\)/);
  });
});
