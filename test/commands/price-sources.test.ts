import { expect, it } from 'vitest';
import { cli } from '../support/cli-world.ts';
import { keystoreAt } from '../support/keystore-at.ts';
import { temporaryHome } from '../support/temporary-home.ts';

it('N-07 config takes two price sources of different hosts, tells of their hosts alone, since a path may hold a key, and forgets them', async () => {
  const { settings, keys } = keystoreAt(temporaryHome());
  const run = (line: string) =>
    cli(line, {
      context: {
        settings,
        keys,
        network: 'mainnet',
        clock: { now: () => 0, wait: async () => undefined },
        preferences: { layers: () => [], account: [], project: null },
      },
    });
  const key = 'topup.priceSources';
  const told = 'https://a.example/…,https://b.example/…';
  const two = 'https://a.example/v1/a-secret/{id},https://b.example/{token}?key=a-secret';
  for (const wrong of [
    'https://a.example',
    'https://a.example/1,https://a.example/2',
    'http://a.example,https://b.example',
    'https://me:word@a.example,https://b.example',
    'a,b',
  ]) {
    expect((await run(`config set ${key} ${wrong} --json`)).json()).toMatchObject({ ok: false, error: { code: 'USAGE' } });
  }
  expect((await run(`config set ${key} ${two} --json`)).json()).toMatchObject({ data: { key, value: told, changed: true } });
  expect(settings.topUp().priceSources).toEqual(two.split(','));
  const { items } = (await run('config ls --json')).json().data as { items: { key: string; value: string | null }[] };
  expect(items).toContainEqual(expect.objectContaining({ key, value: told }));
  for (const line of [`config explain ${key}`, `config explain ${key} --json`, 'config ls', `config set ${key} ${two} --dry-run --json`]) {
    expect((await run(line)).stdout, line).not.toContain('a-secret');
  }
  expect((await run(`config set ${key} --unset --json`)).json().data).toMatchObject({ value: null, changed: true });
  expect(settings.topUp().priceSources).toEqual([]);
});
