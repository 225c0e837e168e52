import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import type { DevnetControl } from '../../ports/host/devnets.ts';

const answerWithinMs = 60_000;
const againAfterMs = 100;

const time = z.object({ now: z.number(), rate: z.number(), waits: z.boolean().default(false) });
const document = z.object({
  id: z.string().default(''),
  endpoints: z.object({ ccn: z.string(), ccns: z.array(z.string()), crnsList: z.string(), scheduler: z.string(), control: z.string() }),
  crns: z.array(z.object({ hash: z.string(), name: z.string(), address: z.string(), generation: z.string() })),
  accounts: z.array(z.object({ address: z.string() })),
});
const state = z.object({
  messages: z.record(z.string(), z.number()),
  vms: z.record(z.string(), z.number()),
  balances: z.record(z.string(), z.string()),
});

const bills = z.object({ bills: z.array(z.object({ hash: z.string(), owner: z.string(), endedAt: z.number().nullable() })) });

/** A client of a devnet's control endpoint. `token` null: reading only. */
export const openControl = (url: string, token: string | null, fetch: typeof globalThis.fetch): DevnetControl => {
  const call = async <Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<z.output<Schema>> => {
    if (method !== 'GET' && token === null) {
      throw new Failure(
        'POLICY_REFUSED',
        `The devnet at ${url} was started in another home, and its token is not here: it can only be read.`,
        { fix: human('Do it from the home that started this devnet.') },
      );
    }
    const ask = () =>
      fetch(new URL(path, url), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(answerWithinMs),
        headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    // a connection may break on a busy machine; what only reads is asked once more
    const response = await ask()
      .catch((thrown: unknown) => (method === 'GET' ? sleep(againAfterMs).then(ask) : Promise.reject(thrown)))
      .catch((thrown: unknown) => {
        throw notRunning(url, thrown);
      });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new Failure('USAGE', refusalOf(answer) ?? `The devnet at ${url} answered ${response.status}.`);
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw notRunning(url, parsed.error);
    return parsed.data;
  };
  return {
    url,
    document: () => call('GET', '/', document),
    time: () => call('GET', '/time', time),
    state: () => call('GET', '/state', state),
    bills: async () => (await call('GET', '/bills', bills)).bills,
    faults: async () => (await call('GET', '/faults', z.object({ faults: z.array(z.unknown()) }))).faults,
    advance: (ms) => call('POST', '/clock/advance', time, { ms }),
    setRate: (rate) => call('POST', '/clock/rate', time, { rate }),
    fund: async (address, usd) => (await call('POST', '/fund', z.object({ balance: z.string() }), { address, usd })).balance,
    giveTokens: async (address, token, units) =>
      void (await call('POST', '/tokens', z.object({ units: z.string() }), { address, token, units: String(units) })),
    fault: async (words) => (await call('POST', '/fault', z.object({ fault: z.unknown() }), { words })).fault,
    clearFaults: async () => void (await call('DELETE', '/faults', z.object({ faults: z.array(z.unknown()) }))),
    down: async () => void (await call('POST', '/down', z.object({ down: z.boolean() }), {})),
  };
};

const refusalOf = (answer: unknown): string | null => {
  const parsed = z.object({ error: z.string() }).safeParse(answer);
  return parsed.success ? parsed.data.error : null;
};

const notRunning = (url: string, cause: unknown): Failure =>
  new Failure('DEVNET_NOT_RUNNING', `No devnet answers at ${url}${reasonOf(cause)}.`, {
    fix: agent('Start one.', 'devnet up'),
    cause,
  });

/** What Node says of a connection that failed, as `ECONNREFUSED`. */
const reasonOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error ? (thrown.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? ` (${cause.code})` : '';
};
