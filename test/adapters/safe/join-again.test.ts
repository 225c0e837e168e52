import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { listenByTls } from '../../../src/adapters/safe/listen.ts';
import { openSafePlace } from '../../../src/adapters/safe/open-safe-place.ts';
import { certifiedBy, freshKey } from '../../support/safe/tls-fixtures.ts';
import { seededRandom } from '../../support/test-context.ts';

const takenIn = { agent: 'ci', network: 'devnet', account: '0x1', payer: '0x1', until: null };
const code = 'ab'.repeat(20);

/** A safe that takes the first join in and dies before it answers, and a home that joins it. */
const dyingSafe = async () => {
  const tokens: string[] = [];
  const certified = certifiedBy(freshKey());
  const door = await listenByTls({ host: '127.0.0.1', port: 0 }, certified, (incoming, outgoing) => {
    let body = '';
    incoming.on('data', (bytes) => {
      body += String(bytes);
    });
    incoming.on('end', () => {
      tokens.push(JSON.parse(body).token);
      if (tokens.length === 1) incoming.socket.destroy();
      else outgoing.end(JSON.stringify({ ok: true, schema: 'whoami@1', data: takenIn, warnings: [], next: [] }));
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-join-'));
  onTestFinished(() => {
    door.server.close();
    door.server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });
  const joined = join(folder, 'joined.json');
  const place = openSafePlace({
    program: [process.execPath],
    folders: { safe: join(folder, 'safe'), joined },
    files: privateFiles(),
    random: seededRandom(1),
    env: {},
    trust: { untrusted: () => null, proxyTo: () => null },
    signal: new AbortController().signal,
  });
  const address = { url: `https://127.0.0.1:${door.port}`, pin: certified.pin, uid: null };
  return { tokens, joined, join: (given: string) => place.join({ ...address, agent: 'ci', code: given }) };
};

test('W-124 a join whose answer never came is made again with the same token, which is kept nowhere else once it is in', async () => {
  const safe = await dyingSafe();
  await expect(safe.join(code)).rejects.toMatchObject({ code: 'SAFE_UNREACHABLE' });
  expect(existsSync(safe.joined)).toBe(false);
  expect(await safe.join(code)).toEqual(takenIn);
  expect(safe.tokens[1]).toBe(safe.tokens[0]);
  expect([existsSync(safe.joined), existsSync(`${safe.joined}.begun`)]).toEqual([true, false]);
});

test('another invitation gets another token', async () => {
  const safe = await dyingSafe();
  await expect(safe.join(code)).rejects.toMatchObject({ code: 'SAFE_UNREACHABLE' });
  await safe.join('cd'.repeat(20));
  expect(safe.tokens[1]).not.toBe(safe.tokens[0]);
});
