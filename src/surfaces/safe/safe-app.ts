import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AnsweredDocument, Reached } from '../../contract/declare/door.ts';
import type { Slice } from '../../domain/agents/slice.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { Admitted } from '../../lifecycle/agents/join.ts';
import { success } from '../envelope.ts';
import type { CameBy, SafeDoor } from '../safe-door.ts';
import { agentCalls, type Caller } from './agent-calls.ts';
import { mcpAtSafe } from './mcp-at-safe.ts';
import { openApi } from './open-api.ts';
import { readWire, soundBody, unreadable, wireCall, wireJoin } from './read-wire.ts';
import { refusals } from './refusals.ts';
import { statusOf } from './status-of.ts';
import { wrongTokens } from './wrong-tokens.ts';

const bodyBytes = 64 * 1024;
const heartbeatMs = 15_000;

/** Who is no agent of the safe gets its answer, and no further request on that connection. */
const isUnknown = (thrown: unknown): boolean =>
  thrown instanceof Failure && thrown.code === 'AGENT_REFUSED' && thrown.details.facts?.['token'] === 'unknown';

/**
 * The safe over HTTP (safe.md §5): who has a token makes calls within its slice, and gets the document that the same line prints with --json.
 * Nothing else of this machine can be reached by it.
 */
export const safeApp = (door: SafeDoor): Hono<{ Bindings: CameBy; Variables: { caller: Caller } }> => {
  const { version, registry } = door;
  const meta = { version };
  const counted = refusals(door);
  const { failedDocument, answered, callFor, ask, streamFor } = agentCalls(door, counted);
  const refuseToken = wrongTokens(door);

  const answerOf = (document: AnsweredDocument): Response => {
    const retry = document.ok ? undefined : document.error['retryAfterSeconds'];
    return Response.json(document, {
      status: statusOf(document),
      headers: { 'cache-control': 'no-store', ...(retry === undefined ? {} : { 'retry-after': String(retry) }) },
    });
  };

  /** The agent whose token came with the request. */
  const admitted = async (request: Request, { takes }: CameBy): Promise<Caller> => {
    const [, token] = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.get('authorization') ?? '') ?? [];
    const found =
      token === undefined
        ? null
        : await door.book.admitted(token).catch(async (thrown: unknown) => {
            // who is suspended, or whose time is over, is counted and slowed down like who has no token
            counted.ofStranger();
            await refuseToken.pause();
            throw thrown;
          });
    if (found === null || token === undefined) {
      counted.ofStranger();
      throw await refuseToken();
    }
    if (takes(token)) return { ...found, token };
    throw new Failure('SAFE_BUSY', `Agent ${found.row.name} has too many connections.`, { sideEffects: 'none', retryAfterSeconds: 5 });
  };

  const app = new Hono<{ Bindings: CameBy; Variables: { caller: Caller } }>();
  app.use('*', async (context, next) => {
    await next();
    context.res.headers.set('x-content-type-options', 'nosniff');
    // nothing more comes by a connection of a safe that ends
    if (door.signal.aborted) context.res.headers.set('connection', 'close');
  });
  app.use('*', async (_, next) => {
    if (!door.signal.aborted) return next();
    throw new Failure('SAFE_BUSY', 'The safe is about to end, and takes no more calls.', { sideEffects: 'none', retryAfterSeconds: 30 });
  });
  // the safe is for programs: what a page of somebody's browser sends says where it comes from, or asks for a name that is none of the safe's
  app.use('*', async ({ req, env }, next) => {
    if (req.header('origin') !== undefined) throw unreadable('This is for programs: a request with an Origin is not taken.');
    const host = (req.header('host') ?? '').toLowerCase();
    if (!env.hosts.has(host)) throw unreadable(`No safe is called "${host.slice(0, 80)}" here: it is ${[...env.hosts].join(' or ')}.`);
    if (!['GET', 'HEAD', 'POST'].includes(req.method)) throw unreadable(`Nothing here takes ${req.method.slice(0, 20)}.`);
    await next();
  });
  // before a byte of the body is read
  for (const path of ['/v1/whoami', '/v1/call', '/mcp']) {
    app.use(path, async (context, next) => {
      context.set('caller', await admitted(context.req.raw, context.env));
      await next();
    });
  }
  const limited = bodyLimit({
    maxSize: bodyBytes,
    onError: () => answerOf(failedDocument(unreadable(`A request has at most ${bodyBytes} bytes.`))),
  });
  // no more comes than a request has said; only to read what has not makes a stream of it
  app.use('*', (context, next) => (isSaidSmall(context.req.raw) ? next() : limited(context, next)));
  app.onError((error) => {
    const answer = answerOf(failedDocument(error));
    if (isUnknown(error)) {
      const headers = { ...Object.fromEntries(answer.headers), 'www-authenticate': 'Bearer', connection: 'close' };
      return new Response(answer.body, { status: 401, headers });
    }
    return answer;
  });
  app.notFound(() =>
    answerOf(failedDocument(new Failure('USAGE', 'There is nothing here: see /v1/openapi.json.', { sideEffects: 'none' }))),
  );

  const since = formatInstant(door.now());
  app.get('/v1/health', () => answerOf(success('health@1', { version, since }, { warnings: [], next: [], meta }) as AnsweredDocument));
  const described = JSON.stringify(openApi(door));
  app.get('/v1/openapi.json', () => new Response(described, { headers: { 'content-type': 'application/json' } }));
  app.post('/v1/join', async ({ req }) => {
    const agent = await door.book.join(await readWire(req.raw, wireJoin)).catch(async (thrown: unknown) => {
      counted.ofStranger();
      await refuseToken.pause();
      throw thrown;
    });
    return answerOf(success('join@1', whoAmI(agent, version), { warnings: [], next: [], meta }) as AnsweredDocument);
  });
  app.get('/v1/whoami', ({ var: { caller } }) => {
    ask(caller);
    return answerOf(success('whoami@1', whoAmI(caller, version), { warnings: [], next: [], meta }) as AnsweredDocument);
  });
  app.post('/v1/call', async ({ req, var: { caller } }) => {
    // what was answered already is a request, too
    ask(caller);
    const call = await readWire(req.raw, wireCall);
    if (call.registry !== undefined && call.registry !== registry) {
      throw new Failure('SAFE_VERSION', `The safe is version ${version}, with other commands than this client has.`, {
        sideEffects: 'none',
      });
    }
    if (!(req.header('accept') ?? '').includes('application/x-ndjson')) return answerOf(await answered(caller, call));
    return streamed(door, (onPhase) => answered(caller, call, onPhase));
  });
  const mcp = mcpAtSafe(door, callFor);
  app.all('/mcp', async ({ req: { raw }, var: { caller } }) => {
    ask(caller);
    const message = raw.method === 'POST' ? await oneMessage(raw) : null;
    const body = message === null ? {} : { body: message.text };
    // a tool's call has a place of its own: what is left are streams that a client opens to listen
    const listens = message === null || message.method === 'subscriptions/listen';
    const { method, headers, signal } = raw;
    const answer = await mcp(caller, new Request(raw.url, { method, headers, signal, ...body }));
    return listens ? streamFor(caller, answer) : answer;
  });
  return app;
};

/** A request of MCP: one message, as the protocol has it since 2025-06-18, for each counts as a request. `USAGE`. */
const oneMessage = async (request: Request): Promise<{ text: string; method: unknown }> => {
  const { text, value } = await soundBody(request);
  if (Array.isArray(value)) throw unreadable('This is a list of messages: a request has one.');
  return { text, method: (value as { method?: unknown } | null)?.method };
};

/** Phases as they come, a heartbeat where none does, and the document last. A client that is gone stops nothing. */
const streamed = (door: SafeDoor, answer: (onPhase: (reached: Reached) => void) => Promise<AnsweredDocument>): Response => {
  const encoder = new TextEncoder();
  let stop = (): void => {};
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const line = (event: unknown): void => {
        try {
          controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
        } catch {
          // the client is gone, and the call goes on
        }
      };
      const at = (): string => formatInstant(door.now());
      stop = door.every(heartbeatMs, () => line({ type: 'heartbeat', at: at() }));
      const document = await answer((reached) => line({ type: 'phase', ...reached, at: at() })).finally(stop);
      line(document);
      controller.close();
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' } });
};

const isSaidSmall = ({ headers }: Request): boolean =>
  !headers.has('transfer-encoding') && Number(headers.get('content-length') ?? Number.NaN) <= bodyBytes;

/** What an agent is told of itself. */
const whoAmI = ({ row, slice }: Admitted, version: string) => ({
  agent: row.name,
  network: row.network,
  account: row.account,
  payer: slice.payer,
  until: slice.until === null ? null : formatInstant(slice.until),
  limits: slice.limits as Slice['limits'],
  commands: [...slice.commands],
  exec: slice.exec,
  terms: slice.terms,
  safe: version,
});
