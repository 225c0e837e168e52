import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listenAtSocket } from '../../../src/adapters/safe/listen.ts';
import { safeWire } from '../../../src/adapters/safe/safe-client.ts';

test('a call over a connection that an earlier one left open may have come to something where it breaks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-socket-'));
  const path = join(folder, 'run', 'agents.sock');
  const uid = process.getuid!();
  const connections = new Set<unknown>();
  let calls = 0;
  const server = await listenAtSocket(path, uid, (incoming, outgoing) => {
    connections.add(incoming.socket);
    calls += 1;
    const last = calls === 3;
    incoming.resume().on('end', () => (last ? incoming.socket.destroy() : outgoing.end(JSON.stringify({ ok: true, data: {} }))));
  });
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const wire = safeWire(
    { url: `unix:${path}`, pin: null, uid },
    { untrusted: () => null, proxyTo: () => null },
    new AbortController().signal,
  );
  const call = () => wire.call('a'.repeat(43), { command: 'status', input: {}, options: {}, id: 'id-000001', registry: 'r' }, () => {});
  for (let made = 0; made < 2; made++) {
    expect((await call()).ok).toBe(true);
    // the connection is handed back to whoever calls next
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect(call()).rejects.toMatchObject({ code: 'SAFE_UNREACHABLE', details: { sideEffects: 'unknown' } });
  expect([calls, connections.size]).toEqual([3, 1]);
});
