import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenAtSocket } from '../../../src/adapters/safe/listen.ts';

describe('where a safe listens', () => {
  const { uid } = userInfo();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'safe-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const listen = (path: string) => listenAtSocket(path, uid, (_request, response) => response.end('here'));
  const refused = (path: string): Promise<unknown> =>
    listen(path).then(
      () => 'listens',
      (thrown: { code?: string }) => thrown.code,
    );

  it('is a socket that all may connect to, in a folder that others go through and do not list', async () => {
    const path = join(folder, 'run', 'agents.sock');
    const server = await listen(path);
    expect([statSync(path).mode & 0o777, statSync(join(folder, 'run')).mode & 0o777]).toEqual([0o666, 0o711]);
    expect(await refused(path)).toBe('SAFE_RUNNING');
    server.close();
  });

  it('is no number, which would be a port, no path that begins elsewhere, and none that is too long', async () => {
    expect(await refused('1000')).toBe('USAGE');
    expect(await refused('run/agents.sock')).toBe('USAGE');
    expect(await refused(join(folder, 'x'.repeat(120)))).toBe('USAGE');
  });

  it('is nothing that others may write into, and takes the place of no file', async () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(await refused(join(open, 'agents.sock'))).toBe('USAGE');
    writeFileSync(join(folder, 'notes'), 'kept');
    expect(await refused(join(folder, 'notes'))).toBe('USAGE');
  });
});
