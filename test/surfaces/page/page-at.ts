import type { Answered, Around, Order } from '../../../src/contract/declare/door.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { pageApp } from '../../../src/surfaces/page/page-app.ts';
import type { ServedPage } from '../../../src/surfaces/page-door.ts';
import { manifest } from '../../support/hint.ts';

export const host = '127.0.0.1:4711';
export const html = '<!doctype html><style>p{}</style><div></div><script>let x;</script>';

const { commands } = await manifest;

interface Timer {
  at: number;
  ring(): void;
}

/** A page whose program's calls a test answers, and whose clock a test turns. */
export const pageAt = ({
  readOnly = false,
  approves = false,
  hasAgents = () => false,
  hasApprover = async () => false,
  call,
}: {
  readOnly?: boolean;
  approves?: boolean;
  hasAgents?(): boolean;
  hasApprover?(): Promise<boolean>;
  call?(order: Order, around: Around): Promise<Answered>;
} = {}) => {
  let now = Date.UTC(2026, 10, 30, 12);
  let secrets = 0;
  let mark = '1';
  const timers: Timer[] = [];
  const repeated = new Set<() => void>();
  const orders: Order[] = [];
  const said: string[] = [];
  const codes: string[] = [];
  const used: number[] = [];
  const stop = new AbortController();
  const page: ServedPage = pageApp({
    version: '1.2.0',
    signal: stop.signal,
    commands,
    html,
    readOnly,
    approves,
    hasAgents,
    hasApprover,
    call: (order, around = {}) => {
      orders.push(order);
      if (call !== undefined) return call(order, around);
      return Promise.resolve({ document: { ok: true, schema: 'x@1', data: { command: order.command }, warnings: [], next: [] }, exit: 0 });
    },
    now: () => now,
    pause: (ms) =>
      new Promise((ring) => {
        timers.push({ at: now + ms, ring });
      }),
    every: (_ms, task) => {
      repeated.add(task);
      return () => repeated.delete(task);
    },
    secret: () => {
      secrets += 1;
      return `secret-${secrets}`.padEnd(43, 'x');
    },
    code: () => {
      codes.push(String(123_456 + codes.length));
      return codes.at(-1)!;
    },
    say: (text) => said.push(text),
    present: (plan) => plan.summary,
    mark: () => mark,
    usedTwice: async () => void used.push(now),
  });
  const send = async (method: string, path: string, { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {}) =>
    page.answer(
      new Request(`http://${host}${path}`, {
        method,
        headers: { host, ...(method === 'POST' ? { origin: `http://${host}`, 'content-type': 'application/json' } : {}), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
      { host, admitted: () => {} },
    );
  return {
    page,
    orders,
    said,
    codes,
    used,
    send,
    post: (path: string, body: unknown, headers: Record<string, string> = {}) => send('POST', path, { headers, body }),
    /** Opens the page by its link: the header that its calls have from then on. */
    async open(): Promise<Record<string, string>> {
      const opened = await send('POST', '/open', { body: { link: page.link } });
      if (opened.status !== 200) throw new Error(await opened.text());
      return { 'aleph-agent-page': ((await opened.json()) as { key: string }).key };
    },
    pass(ms: number): void {
      now += ms;
      for (const timer of timers.filter(({ at }) => at <= now)) timer.ring();
    },
    /** Somebody has written into the ledger. */
    write(): void {
      mark += '1';
      for (const task of repeated) task();
    },
    tick: () => repeated.forEach((task) => void task()),
    told: () => stop.abort(new Failure('INTERRUPTED', 'Interrupted.', { sideEffects: 'none' })),
  };
};

export type PageAt = ReturnType<typeof pageAt>;

export const errorOf = async (response: Response): Promise<{ status: number; code: string | null }> => {
  const document = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: document.error?.code ?? null };
};
