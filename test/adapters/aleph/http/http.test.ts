import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { askWith } from '../../../../src/adapters/aleph/http/http.ts';
import { Failure } from '../../../../src/domain/failure/failure.ts';

const answering = (make: (init: RequestInit | undefined) => Response | Promise<Response>) =>
  (async (_url: unknown, init?: RequestInit) => make(init)) as typeof globalThis.fetch;

const endless = (chunk: Uint8Array | null): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: (controller) => (chunk === null ? new Promise<void>(() => {}) : void controller.enqueue(chunk)),
  });

describe('askWith', () => {
  it('gives status, text and headers', async () => {
    const ask = askWith(answering(() => new Response('hé', { status: 422, headers: { date: 'x' } })));
    const answer = await ask('https://a.example/');
    expect(answer).toMatchObject({ answered: true, status: 422, text: 'hé' });
    expect(answer.answered && answer.headers.get('date')).toBe('x');
  });

  it('refuses redirects and passes method, body and headers on', async () => {
    let seen: RequestInit | undefined;
    const ask = askWith(
      answering((init) => {
        seen = init;
        return new Response('ok');
      }),
    );
    await ask('https://a.example/', { method: 'POST', body: '{}', headers: { a: 'b' } });
    expect(seen).toMatchObject({ method: 'POST', body: '{}', headers: { a: 'b' }, redirect: 'error' });
  });

  it.each([301, 302, 303, 307, 308])('follows no real redirect, and never asks where it points: %i', async (status) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.url === '/a') response.writeHead(status, { location: '/b' }).end();
      else response.end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
    const question = { method: 'POST' as const, body: '{}', headers: { 'x-signed': 'operator' } };
    expect(await askWith(fetch)(url, question)).toEqual({ answered: false, why: 'unreachable' });
    expect(await askWith(fetch)(url)).toEqual({ answered: false, why: 'unreachable' });
    expect(asked).toEqual(['POST /a', 'GET /a']);
    server.close();
  });

  it('ends a body that never ends, in time', async () => {
    const ask = askWith(answering(() => new Response(endless(null))));
    expect(await ask('https://a.example/', { timeoutMs: 30 })).toEqual({ answered: false, why: 'timeout' });
  });

  it('ends a body that is larger than allowed, by size', async () => {
    let read = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        read += 1;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const ask = askWith(answering(() => new Response(stream)));
    expect(await ask('https://a.example/', { limitBytes: 10_000 })).toEqual({ answered: false, why: 'tooLarge' });
    expect(read).toBeLessThan(20);
  });

  it('is not held by a fetch that ignores its signal', async () => {
    const ask = askWith(answering(() => new Promise<Response>(() => {})));
    expect(await ask('https://a.example/', { timeoutMs: 5_000, connectMs: 20 })).toEqual({ answered: false, why: 'timeout' });
  });

  it('says unreachable for a connection that fails, before or within the body', async () => {
    const failing = askWith(answering(() => Promise.reject(new TypeError('fetch failed'))));
    const refused = new TypeError('fetch failed', {
      cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' }),
    });
    const away = askWith((() => Promise.reject(refused)) as typeof globalThis.fetch);
    expect(await away('https://a.example/')).toEqual({ answered: false, why: 'unconnected' });
    // a connection that stood may end with the same code, after bytes have left
    const broken = Object.assign(new Error('read'), { code: 'ECONNREFUSED', syscall: 'read' });
    const late = askWith(answering(() => Promise.reject(new TypeError('fetch failed', { cause: broken }))));
    expect(await late('https://a.example/')).toEqual({ answered: false, why: 'unreachable' });
    expect(await failing('https://a.example/')).toEqual({ answered: false, why: 'unreachable' });
    const cut = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('socket hang up')) });
    expect(await askWith(answering(() => new Response(cut)))('https://a.example/')).toEqual({ answered: false, why: 'unreachable' });
  });

  it('throws INTERRUPTED when the caller aborts, before and during', async () => {
    const controller = new AbortController();
    const ask = askWith(
      answering(() => new Promise<Response>(() => {})),
      controller.signal,
    );
    const pending = ask('https://a.example/');
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(ask('https://a.example/')).rejects.toBeInstanceOf(Failure);
  });
});
