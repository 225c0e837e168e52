import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ccnHosts } from '../../../../src/adapters/aleph/http/ccn-hosts.ts';
import { clockSkew } from '../../../../src/adapters/aleph/http/clock-skew.ts';
import { askWith, patienceOf } from '../../../../src/adapters/aleph/http/http.ts';
import { systemClock } from '../../../../src/adapters/host/system-clock.ts';

let server: Server;
afterEach(() => new Promise((closed) => server.close(closed)));

/** A host that closes so many connections without a word before it answers. */
const skewsOf = async (closes: number) => {
  let asked = 0;
  server = createServer((request, response) => {
    asked += 1;
    if (asked <= closes) request.socket.destroy();
    else response.setHeader('connection', 'close').end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const clock = systemClock();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return clockSkew(
    ccnHosts({
      urls: [url],
      ask: askWith(fetch),
      clock,
      random: { fraction: () => 0, bytes: (n) => new Uint8Array(n) },
      patience: patienceOf(),
      contradicted: () => {},
    }),
    clock,
  );
};

it('asks a host for its time again when the connection was gone stale', async () => {
  const [skew] = await skewsOf(1);
  expect(Math.abs(skew!.skewMs)).toBeLessThan(1_500);
});

it('leaves out a host that keeps closing', async () => {
  expect(await skewsOf(2)).toEqual([]);
});
