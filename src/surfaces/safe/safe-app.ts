import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Answered, AnsweredDocument, Around, Order, Reached } from '../../contract/declare/door.ts';
import { checkWireInput } from '../../contract/declare/wire.ts';
import type { Slice } from '../../domain/agents/slice.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { Admitted } from '../../lifecycle/agents/join.ts';
import { failed, success } from '../envelope.ts';
import { failureOf } from '../failure-of.ts';
import type { SafeDoor } from '../safe-door.ts';
import { forAgent } from './for-agent.ts';
import { knownCalls } from './known-calls.ts';
import { mcpAtSafe } from './mcp-at-safe.ts';
import { openApi } from './open-api.ts';
import { minuteLimit, places } from './places.ts';
import { type Called, readWire, unreadable, type WireCall, wireCall, wireJoin } from './read-wire.ts';
import { statusOf } from './status-of.ts';
import { wrongTokens } from './wrong-tokens.ts';

/** Safe.md §5. */
const most = {
  bodyBytes: 64 * 1024,
  callsEach: 8,
  callsInAll: 64,
  waitsEach: 16,
  waitsInAll: 2000,
  queueMs: 5000,
  execSeconds: 600,
  aMinute: 120,
  plansAMinute: 10,
};
const heartbeatMs = 15_000;

/** What of a call is asked of its place. */
const isWait = ({ command }: Called): boolean => command.endsWith(' wait');

/** Calls that plan: they ask the network much. */
const plans = ({ command, options }: Called): boolean =>
  options.dryRun === true || ['vm create', 'vm extend', 'vm redeploy'].includes(command);

/**
 * The safe over HTTP (safe.md §5): who has a token makes calls within its slice, and gets the document that the same line prints with --json.
 * Nothing else of this machine can be reached by it.
 */
export const safeApp = (door: SafeDoor): Hono => {
  const { version, registry, now } = door;
  const meta = { version };
  const names = door.commands.map(({ name }) => name);
  const calls = places({ each: most.callsEach, all: most.callsInAll, queueMs: most.queueMs, pause: door.pause });
  const waits = places({ each: most.waitsEach, all: most.waitsInAll, queueMs: 0, pause: door.pause });
  const aMinute = minuteLimit(most.aMinute, now);
  const plansAMinute = minuteLimit(most.plansAMinute, now);
  const known = knownCalls<Answered>(now);
  const refuseToken = wrongTokens(door);

  const failedDocument = (thrown: unknown, command: string | null = null): AnsweredDocument => {
    const failure = failureOf(thrown, door.signal);
    return failed(failure, { command, exit: failure.exit, warnings: [], meta }) as AnsweredDocument;
  };
  const answerOf = (document: AnsweredDocument): Response => {
    const retry = document.ok ? undefined : document.error['retryAfterSeconds'];
    return Response.json(document, {
      status: statusOf(document),
      headers: { 'cache-control': 'no-store', ...(retry === undefined ? {} : { 'retry-after': String(retry) }) },
    });
  };

  /** The agent whose token came with the request. */
  const admitted = async (request: Request): Promise<Admitted> => {
    const [, token] = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.get('authorization') ?? '') ?? [];
    const found = token === undefined ? null : await door.book.admitted(token);
    if (found === null) throw await refuseToken();
    return found;
  };

  const busy = (message: string, retryAfterSeconds: number): Failure =>
    new Failure('SAFE_BUSY', message, { sideEffects: 'none', retryAfterSeconds });

  const made = async ({ row, slice }: Admitted, call: Called, { onPhase, ...given }: Around): Promise<Answered> => {
    const command = door.commands.find((one) => one.name === call.command);
    if (command === undefined) throw unreadable(`There is no command "${call.command.slice(0, 60)}".`);
    checkWireInput(command, call.input, slice);
    const wait = aMinute(row.name) || (plans(call) ? plansAMinute(row.name) : 0);
    if (wait > 0) throw busy(`Agent ${row.name} makes too many calls a minute.`, wait);
    const kind = isWait(call) ? waits : calls;
    const release = await kind.take(row.name);
    if (release === null) throw busy(`Agent ${row.name} has too many calls under way.`, 5);
    const around: Around = {
      ...given,
      agent: { name: row.name, network: row.network, account: row.account, payer: slice.payer, sshKey: call.sshKey ?? null },
      onPhase: (reached) => {
        // what is left is waiting: it keeps nobody else out
        if (reached.phase === 'posted') release();
        onPhase?.(reached);
      },
    };
    const order: Order = { command: call.command, input: call.input, ...definedOf(bounded(call)) };
    return door.call(order, around).finally(release);
  };

  /** Makes a call for an agent. Never throws: a refusal is a document, too. */
  const callFor = (agent: Admitted, call: Called, around: Around): Promise<Answered> =>
    made(agent, call, around)
      .catch((thrown: unknown) => ({ document: failedDocument(thrown, call.command), exit: failureOf(thrown, door.signal).exit }))
      .then(({ document, exit }) => ({ document: forAgent(document, agent, names), exit }));

  const answered = async (agent: Admitted, call: WireCall, onPhase?: (reached: Reached) => void): Promise<AnsweredDocument> => {
    const make = (): Promise<Answered> => callFor(agent, call, { onPhase, whole: true });
    if (call.id === undefined) return (await make()).document;
    const { id, ...rest } = call;
    const joined = known(agent.row.name, id, digest(rest), make);
    if (joined === null)
      return failedDocument(new Failure('REQUEST_ID_CONFLICT', 'The id of this call was used for another one.', { sideEffects: 'none' }));
    return (await joined).document;
  };

  const app = new Hono();
  app.use('*', async (context, next) => {
    await next();
    context.res.headers.set('x-content-type-options', 'nosniff');
  });
  // the safe is for programs: what a page of somebody's browser sends says where it comes from
  app.use('*', async ({ req }, next) => {
    if (req.header('origin') !== undefined) throw unreadable('This is for programs: a request with an Origin is not taken.');
    await next();
  });
  app.use(
    '*',
    bodyLimit({
      maxSize: most.bodyBytes,
      onError: () => answerOf(failedDocument(unreadable(`A request has at most ${most.bodyBytes} bytes.`))),
    }),
  );
  app.onError((error) => {
    const unknown = error instanceof Failure && error.code === 'AGENT_REFUSED' && error.details.facts?.['token'] === 'unknown';
    const answer = answerOf(failedDocument(error));
    return unknown
      ? new Response(answer.body, { status: 401, headers: { ...Object.fromEntries(answer.headers), 'www-authenticate': 'Bearer' } })
      : answer;
  });
  app.notFound(() =>
    answerOf(failedDocument(new Failure('USAGE', 'There is nothing here: see /v1/openapi.json.', { sideEffects: 'none' }))),
  );

  app.get('/v1/openapi.json', () => Response.json(openApi(door)));
  app.post('/v1/join', async ({ req }) => {
    const agent = await door.book.join(await readWire(req.raw, wireJoin)).catch(async (thrown: unknown) => {
      await refuseToken.pause();
      throw thrown;
    });
    return answerOf(success('join@1', whoAmI(agent, version), { warnings: [], next: [], meta }) as AnsweredDocument);
  });
  app.get('/v1/whoami', async ({ req }) =>
    answerOf(success('whoami@1', whoAmI(await admitted(req.raw), version), { warnings: [], next: [], meta }) as AnsweredDocument),
  );
  app.post('/v1/call', async ({ req }) => {
    const agent = await admitted(req.raw);
    const call = await readWire(req.raw, wireCall);
    if (call.registry !== undefined && call.registry !== registry) {
      throw new Failure('SAFE_VERSION', `The safe is version ${version}, with other commands than this client has.`, {
        sideEffects: 'none',
      });
    }
    if (!(req.header('accept') ?? '').includes('application/x-ndjson')) return answerOf(await answered(agent, call));
    return streamed(door, (onPhase) => answered(agent, call, onPhase));
  });
  const mcp = mcpAtSafe(door, callFor);
  app.all('/mcp', async ({ req }) => mcp(await admitted(req.raw), req.raw));
  return app;
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
      const document = await answer((reached) => line({ type: 'phase', ...reached, at: at() }));
      stop();
      line(document);
      controller.close();
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' } });
};

/** The options of a call; what the safe runs in a VM for an agent holds its place for minutes at most. */
const bounded = ({ command, options }: Called): WireCall['options'] =>
  command === 'vm exec' ? { ...options, timeoutSeconds: Math.min(options.timeoutSeconds ?? 60, most.execSeconds) } : options;

const definedOf = (options: WireCall['options']): Partial<Order> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

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
