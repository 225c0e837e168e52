import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileCache } from '../../../src/adapters/host/file-cache.ts';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const cacheAt = (folder: string) => {
  const time = { at: 1_000_000 };
  return { time, cache: fileCache({ folder, files: privateFiles(), clock: { now: () => time.at } }) };
};

describe('the cache', () => {
  it('keeps a value for as long as asked for', () => {
    const { time, cache } = cacheAt(temporaryHome());
    cache.write('nodes', { list: [1, 'two'] });
    expect(cache.read('nodes', 0)).toEqual({ at: 1_000_000, value: { list: [1, 'two'] } });
    time.at += 60_000;
    expect(cache.read('nodes', 60_000)).toEqual({ at: 1_000_000, value: { list: [1, 'two'] } });
    expect(cache.read('nodes', 59_999)).toBeNull();
    expect(cache.read('other', 60_000)).toBeNull();
  });

  it('takes a value from the future, after a clock was turned back, as absent', () => {
    const { time, cache } = cacheAt(temporaryHome());
    cache.write('nodes', 1);
    time.at -= 1;
    expect(cache.read('nodes', 60_000)).toBeNull();
  });

  it('takes a damaged file as absent', () => {
    const folder = temporaryHome();
    const { cache } = cacheAt(folder);
    cache.write('nodes', 1);
    const [file = ''] = readdirSync(folder);
    for (const damage of ['', '{', '[]', '{"key":"other","at":1000000,"value":1}']) {
      writeFileSync(join(folder, file), damage);
      expect(cache.read('nodes', 60_000)).toBeNull();
    }
  });

  it('survives a disk that refuses', () => {
    const folder = join(temporaryHome(), 'file');
    writeFileSync(folder, '');
    const { cache } = cacheAt(folder);
    cache.write('nodes', 1);
    expect(cache.read('nodes', 60_000)).toBeNull();
  });
});
