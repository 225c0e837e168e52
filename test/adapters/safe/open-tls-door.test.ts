import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { prepareTlsDoor } from '../../../src/adapters/safe/open-tls-door.ts';
import type { TlsManner } from '../../../src/contract/declare/door.ts';
import { localhostAuthority, localhostCertified, localhostFiles } from '../../support/safe/tls-fixtures.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const dayMs = 86_400_000;

/** An open door, in a time that the test turns. */
const opened = async (manner: Partial<TlsManner>) => {
  const hourly: (() => void)[] = [];
  let now = Date.now();
  const home = { folder: join(temporaryHome(), 'safe'), files: privateFiles(), now: () => now };
  const every = (_ms: number, task: () => void) => {
    hourly.push(task);
    return () => void hourly.pop();
  };
  const place = { host: '127.0.0.1', port: 0 };
  const open = await prepareTlsDoor({ place, publicUrl: null, files: null, ...manner }, { ...home, every });
  const { server, address } = await open((_incoming, outgoing) => void outgoing.end());
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  /** The certificate that whoever comes is shown. */
  const shown = (): Promise<X509Certificate> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()!);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  const look = (): void => hourly[0]?.();
  const later = (ms: number): void => {
    now += ms;
    look();
  };
  return { server, address, port, shown, look, later, hourly };
};

test('a safe that is served for years renews its own certificate, and its pin stays', async () => {
  const { address, shown, later, port, hourly, server } = await opened({});
  expect(address).toEqual({ url: `https://127.0.0.1:${port}`, pin: expect.stringMatching(/^[0-9a-f]{64}$/), uid: null });
  const first = await shown();
  later(dayMs);
  expect((await shown()).serialNumber).toBe(first.serialNumber);
  later(350 * dayMs);
  const renewed = await vi.waitUntil(async () => {
    const found = await shown();
    return found.serialNumber === first.serialNumber ? null : found;
  });
  expect(renewed.publicKey.equals(first.publicKey)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(hourly).toEqual([]);
});

test('the owner’s certificate is read anew; while its files are not right the last one is shown', async () => {
  const files = localhostFiles(temporaryHome());
  const { address, shown, look } = await opened({ files, publicUrl: 'https://localhost:8443' });
  expect(address).toEqual({ url: 'https://localhost:8443', pin: null, uid: null });
  writeFileSync(files.certificate, 'half a certificate');
  look();
  expect((await shown()).toString()).toBe(new X509Certificate(localhostCertified.cert).toString());
  expect((await shown()).issuerCertificate).toBeUndefined();
  // renewed, with the one that vouches for it
  writeFileSync(files.certificate, `${localhostCertified.cert}${readFileSync(localhostAuthority, 'utf8')}`);
  look();
  const renewed = await vi.waitUntil(async () => {
    const found = await shown();
    return found.issuerCertificate === undefined ? null : found;
  });
  expect(renewed.issuerCertificate!.subject).toBe('CN=test authority of localhost');
});

test('nothing listens where the certificate is not right', async () => {
  const files = localhostFiles(temporaryHome());
  await expect(opened({ files })).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('agents come to 127.0.0.1') });
});
