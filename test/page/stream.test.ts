import { html } from 'htm/preact';
import { render, type VNode } from 'preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../src/page/app.ts';
import { call } from '../../src/page/server.ts';
import { openDocument } from './document.ts';

const proven = { headers: { 'aleph-agent-proof': 'p' } };
const refused = { ok: false, error: { code: 'USAGE', message: 'not here' } };

/** A program whose streams a test writes, or that answers a stream with this status; `calls`: how many it was asked meanwhile. */
const program = (status = () => 200) => {
  const kept = new Map([['aleph-agent page', JSON.stringify({ key: 'k', proof: 'p', readOnly: false, approves: true, version: '1.2.0' })]]);
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal('location', { hash: '' });
  const streams: ((event: object) => void)[] = [];
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (path: string, { signal, body }: { signal: AbortSignal; body?: string }) => {
    if (path !== '/events') {
      calls.push((JSON.parse(body!) as { command: string }).command);
      return Response.json(refused, proven);
    }
    if (status() !== 200) return Response.json({ error: { message: 'too many' } }, { ...proven, status: status() });
    const lines = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.push((event) => controller.enqueue(new TextEncoder().encode(`${JSON.stringify(event)}\n`)));
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
    });
    return new Response(lines, proven);
  });
  return { kept, streams, calls };
};

describe('a tab whose program falls silent', () => {
  let opened: ReturnType<typeof openDocument>;
  let place: HTMLElement;
  beforeEach(() => {
    opened = openDocument();
    place = opened.document.querySelector<HTMLElement>('#page')!;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    render(null, place);
    vi.useRealTimers();
    vi.unstubAllGlobals();
    opened.close();
  });

  const header = () => place.querySelector('[role=status]')?.textContent;
  /** Lets what was sent arrive, and be drawn: no clock goes on by itself, and drawing takes some ms of it. */
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 100; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(2);
    }
  };
  const says = async (words: string): Promise<void> => {
    await settle();
    expect(header()).toBe(words);
  };
  const lost = 'not connected: what stands here may be old';
  const draw = () => render(html`<${App}/>` as VNode, place);

  it('says after 40 s that its figures may be old, and reads them anew once it is heard of again', async () => {
    const { streams, calls } = program();
    draw();
    await settle();
    streams[0]!({ type: 'hello' });
    await says('live');
    vi.advanceTimersByTime(30_000);
    streams[0]!({ type: 'heartbeat' });
    await says('live');
    vi.advanceTimersByTime(39_000);
    await says('live');
    vi.advanceTimersByTime(1_000);
    await says(lost);
    vi.advanceTimersByTime(2_000);
    await settle();
    const before = calls.length;
    streams[1]!({ type: 'hello' });
    await says('live');
    expect(calls.slice(before)).toContain('status');
  });

  it('is kept where there are too many tabs for a moment, and heard once there are fewer', async () => {
    let status = 429;
    const { kept, streams } = program(() => status);
    draw();
    await says(lost);
    status = 200;
    vi.advanceTimersByTime(2_000);
    await settle();
    streams[0]!({ type: 'hello' });
    await says('live');
    expect(kept.size).toBe(1);
  });

  it('a call to it ends after longer than the program itself waits', async () => {
    program();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new DOMException('late', 'TimeoutError')));
    vi.stubGlobal('fetch', async (_: string, { signal }: { signal: AbortSignal }) => signal.throwIfAborted());
    await expect(call('status')).rejects.toThrow('late');
    expect(timeout).toHaveBeenCalledWith(210_000);
    timeout.mockRestore();
  });
});
