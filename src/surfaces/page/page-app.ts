import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import type { AnsweredDocument, PageApproval } from '../../contract/declare/door.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { CameToPage, PageDoor, ServedPage } from '../page-door.ts';
import { askByCode } from './ask-by-code.ts';
import { pageCalls, refusedHere } from './page-calls.ts';
import { pageEvents } from './page-events.ts';
import { everyHeader, pageHeaders } from './page-headers.ts';
import { pageSession } from './page-session.ts';

const bodyBytes = 16 * 1024;

/** How long an approval may take once its code was asked for: the code's own time, and the network's. */
const approveSeconds = 180;

const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** What a code is asked for: a request by its id, or an envelope, which has none before it is approved. */
const envelope = 'an envelope';
const approval = z.union([z.string().regex(/^ap_[a-z0-9]{1,40}$/), z.literal(envelope)]);

/** How large an envelope is; it is `approve --up-to` that says which sizes are none. */
const size = z.union([z.number(), z.string().max(20)]);
const sizes = z.strictObject({ upTo: size, ttl: size, cu: size, vms: size, until: size });

const bodies = {
  open: z.strictObject({ link: secret }),
  call: z.strictObject({
    command: z.string().min(1).max(60),
    input: z.record(z.string().max(40), z.unknown()).default({}),
    typed: z.string().max(100).optional(),
  }),
  approve: z.union([z.strictObject({ approval }), z.strictObject({ envelope: sizes })]),
  code: z.strictObject({ approval, code: z.string().max(20) }),
  leave: z.strictObject({ approval }),
};

const unreadable = (message: string): Failure => new Failure('USAGE', message, { sideEffects: 'none' });

/** Reads a body that says to be JSON, which no form of another site's page does. `USAGE`. */
const read = async <Shape extends z.ZodType>(request: Request, shape: Shape): Promise<z.output<Shape>> => {
  if (request.headers.get('content-type') !== 'application/json') throw unreadable('A body is application/json.');
  const value: unknown = await request.json().catch(() => {
    throw unreadable('The body is not JSON.');
  });
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable('The body is not what the page sends.');
};

/**
 * Refuses what no page of ours sends: requests to another name (a site whose name was made to mean this machine), and those that another
 * site's page makes. A browser says where a request comes from wherever it posts, and mostly elsewhere.
 */
const checkOrigin = ({ headers, method, url }: Request, host: string): void => {
  if ((headers.get('host') ?? '') !== host) throw refusedHere(`The page is at ${host} alone.`);
  if (method !== 'GET' && method !== 'POST') throw refusedHere('Nothing here takes that.');
  const origin = headers.get('origin');
  if (origin === null ? method === 'POST' : origin !== `http://${host}`) throw refusedHere('The request comes from no page of ours.');
  const site = headers.get('sec-fetch-site');
  // who follows the link comes from a file
  const opens = method === 'GET' && new URL(url).pathname === '/';
  if (!opens && site !== null && site !== 'same-origin') throw refusedHere('The request comes from no page of ours.');
};

/**
 * The page over HTTP, for the browser of whoever opened its link. It reads the envelopes that agents read, by the same calls; the ledger is
 * changed by those alone.
 */
export const pageApp = (door: PageDoor): ServedPage => {
  const session = pageSession(door);
  const asked = askByCode(door, (question) => tell(question === null ? { type: 'settled' } : { type: 'asked', ...question }));
  const { answered, made, document } = pageCalls(door, session.closed);
  const { tell, stream } = pageEvents(door, session, asked.open);
  const headers = pageHeaders(door.html);
  let approving: string | null = null;
  let agreedTo: string | null = null;
  /** As whom the browser runs cannot be seen: where agents are, it takes codes because the person who started it said so. */
  const approves = (): boolean => door.approves || !door.hasAgents();

  /** For the page to say; where the ledger cannot be read the link is used all the same, and /approve looks again. */
  const seemsToApprove = (): boolean => {
    try {
      return approves();
    } catch {
      return false;
    }
  };
  const approvesBy = async (): Promise<PageApproval> => {
    if (door.readOnly) return null;
    return seemsToApprove() && !(await door.hasApprover().catch(() => true)) ? 'code' : 'signature';
  };

  const answer = (said: AnsweredDocument, status = 200): Response => Response.json(said, { status });
  const failed = (thrown: unknown): Response => {
    const said = document(thrown);
    if (said.ok || said.error['code'] !== 'PAGE_REFUSED') return answer(said, 400);
    // a tab that is refused for good forgets its key; one that comes too early does not
    return answer(said, said.error['retryAfterSeconds'] === undefined ? 403 : 429);
  };

  const app = new Hono<{ Bindings: CameToPage }>();
  app.use('*', async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(everyHeader)) context.res.headers.set(name, value);
  });
  app.use('*', async ({ req, env }, next) => {
    checkOrigin(req.raw, env.host);
    await next();
  });
  app.use('*', bodyLimit({ maxSize: bodyBytes, onError: () => failed(unreadable(`A request has at most ${bodyBytes} bytes.`)) }));
  app.onError(failed);
  app.notFound(() => failed(refusedHere('There is nothing here.')));

  // nothing of the account is in it: whoever gets it without the link sees an empty page
  app.get('/', () => new Response(door.html, { headers }));
  app.post('/open', async ({ req }) => {
    const { link } = await read(req.raw, bodies.open);
    const key = await session.open(link);
    return Response.json({
      key,
      proof: session.proof,
      readOnly: door.readOnly,
      approves: !door.readOnly && seemsToApprove(),
      version: door.version,
    });
  });
  for (const path of ['/call', '/approve', '/code', '/leave', '/events']) {
    app.use(path, async (context, next) => {
      session.admit(context.req.header('aleph-agent-page'));
      context.env.admitted();
      await next();
      context.res.headers.set('aleph-agent-proof', session.proof);
    });
  }
  app.post('/call', async ({ req }) => {
    const call = await read(req.raw, bodies.call);
    // the terminal does not go on asking for what was denied
    if (call.command === 'deny' && !door.readOnly) asked.withdraw(String(call.input['id']));
    return answer(await answered(call).catch((thrown: unknown) => document(thrown)));
  });
  app.get('/events', () => stream());
  app.post('/approve', async ({ req }) => {
    const wish = await read(req.raw, bodies.approve);
    const [id, input] = 'envelope' in wish ? [envelope, wish.envelope] : [wish.approval, { id: wish.approval }];
    if (door.readOnly) throw refusedHere('This page only shows: it was started with --json, on a pipe or under CI.');
    if (!approves())
      throw refusedHere('This home serves agents, so its page approves by an approver’s signature alone, unless started with --approves.');
    if (await door.hasApprover()) throw refusedHere('The policy names an approver, whose signature alone approves.');
    if (asked.isWornOut()) throw refusedHere('Too many codes in a row were wrong: approve at the terminal.');
    if (approving !== null) throw refusedHere(`${approving} is being approved: end that first.`);
    approving = id;
    agreedTo = null;
    const person = asked.person(id);
    const order = { command: 'approve', input, timeoutSeconds: approveSeconds };
    const said = await made(order, { person, signal: session.closed })
      .catch((thrown: unknown) => document(thrown, 'approve'))
      .finally(() => {
        approving = null;
        asked.withdraw(id);
      });
    // what came of no code was said already
    if (agreedTo !== id) return answer(said);
    const outcome = said.ok ? `${id} is approved.` : `${id} is not approved: ${String(said.error['message'])}`;
    door.say(outcome);
    tell({ type: 'outcome', said: outcome });
    return answer(said);
  });
  app.post('/code', async ({ req }) => {
    const { approval: id, code } = await read(req.raw, bodies.code);
    const said = asked.answer(id, code);
    if (said === 'agreed') agreedTo = id;
    return Response.json({ answer: said });
  });
  app.post('/leave', async ({ req }) => {
    asked.withdraw((await read(req.raw, bodies.leave)).approval);
    return Response.json({});
  });
  const { link, until, opened, over, end } = session;
  return { answer: (request, came) => app.fetch(request, came), approvesBy, link, until, opened, over, end };
};
