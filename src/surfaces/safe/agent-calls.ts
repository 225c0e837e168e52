import type { Answered, AnsweredDocument, Around, Order, Reached } from '../../contract/declare/door.ts';
import { checkWireInput } from '../../contract/declare/wire.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { Admitted } from '../../lifecycle/agents/join.ts';
import { failed } from '../envelope.ts';
import { failureOf } from '../failure-of.ts';
import type { SafeDoor } from '../safe-door.ts';
import { forAgent } from './for-agent.ts';
import { knownCalls } from './known-calls.ts';
import { openCalls } from './open-calls.ts';
import { minuteLimit, places } from './places.ts';
import { type Called, unreadable, type WireCall } from './read-wire.ts';
import type { Refusals } from './refusals.ts';

/** Safe.md §5. */
const most = {
  callsEach: 8,
  callsInAll: 64,
  waitsEach: 16,
  waitsInAll: 2000,
  queueMs: 5000,
  execSeconds: 600,
  aMinute: 120,
  plansAMinute: 10,
  /** Each of these sends a message of the owner's, or asks a node for something. */
  ordersAMinute: 20,
};

const sweepMs = 60_000;

/** An agent with the token that its request brought. */
export interface Caller extends Admitted {
  token: string;
}

/** What of a call is asked of its place. */
const isWait = ({ command }: Called): boolean => command.endsWith(' wait');

/** Calls that plan: they ask the network much. */
const plans = ({ command, options }: Called): boolean =>
  options.dryRun === true || ['vm create', 'vm extend', 'vm redeploy', 'vm spawn'].includes(command);

const orders = ({ command, options }: Called): boolean =>
  options.dryRun !== true &&
  ['vm port add', 'vm port rm', 'vm start', 'vm stop', 'vm reboot', 'vm reinstall', 'vm protect'].includes(command);

const isBusy = ({ document }: Pick<Answered, 'document'>): boolean => !document.ok && document.error['code'] === 'SAFE_BUSY';

/** What the caller may not, or may not now; who asks for a VM that is not there is refused nothing. */
const isRefusal = ({ document }: Pick<Answered, 'document'>): boolean =>
  !document.ok && ([2, 4, 9].includes(Number(document.error['exit'])) || isBusy({ document }));

/** The calls of agents, within what one agent and all of them may ask of the safe at once and in a minute (safe.md §5). */
export const agentCalls = (door: SafeDoor, counted: Refusals) => {
  const meta = { version: door.version };
  const names = door.commands.map(({ name }) => name);
  const calls = places({ each: most.callsEach, all: most.callsInAll, queueMs: most.queueMs, pause: door.pause });
  const waits = places({ each: most.waitsEach, all: most.waitsInAll, queueMs: 0, pause: door.pause });
  const aMinute = minuteLimit(most.aMinute, door.now);
  const asksAMinute = minuteLimit(most.aMinute * 2, door.now);
  const plansAMinute = minuteLimit(most.plansAMinute, door.now);
  const ordersAMinute = minuteLimit(most.ordersAMinute, door.now);
  const open = openCalls(door);
  const known = knownCalls<Answered>({
    now: door.now,
    sizeOf: ({ document }) => JSON.stringify(document).length,
    hasRun: (answered) => !isBusy(answered),
  });
  door.every(sweepMs, known.sweep);

  const failedDocument = (thrown: unknown, command: string | null = null): AnsweredDocument => {
    const failure = failureOf(thrown, door.signal);
    return failed(failure, { command, exit: failure.exit, warnings: [], meta }) as AnsweredDocument;
  };

  const busy = (message: string, retryAfterSeconds: number): Failure =>
    new Failure('SAFE_BUSY', message, { sideEffects: 'none', retryAfterSeconds });

  const requireMinute = (seconds: number, { row }: Admitted): void => {
    if (seconds > 0) throw busy(`Agent ${row.name} makes too many calls a minute; again in ${seconds} s.`, seconds);
  };

  const made = async ({ row, slice, token }: Caller, call: Called, { onPhase, signal, ...given }: Around): Promise<Answered> => {
    // refused calls count, too
    requireMinute(aMinute(row.name), { row, slice });
    const command = door.commands.find((one) => one.name === call.command);
    if (command === undefined) throw unreadable(`There is no command "${call.command.slice(0, 60)}".`);
    checkWireInput(command, call.input, slice);
    if (plans(call)) requireMinute(plansAMinute(row.name), { row, slice });
    if (orders(call)) requireMinute(ordersAMinute(row.name), { row, slice });
    const isWaiting = isWait(call);
    const first = await (isWaiting ? waits : calls).take(row.name);
    if (first === null) throw busy(`Agent ${row.name} has too many calls under way.`, 5);
    if (!door.book.letIn()(token)) {
      // it was put out while it waited for its place
      first();
      throw new Failure('AGENT_REFUSED', `Agent ${row.name} was removed.`, { sideEffects: 'none' });
    }
    const place = { release: first, isOver: false, isLast: isWaiting };
    /** What is left is waiting: it gives its place away for one among those who wait, where one is free. */
    const waitFromNow = async (): Promise<void> => {
      if (place.isLast) return;
      place.isLast = true;
      const next = await waits.take(row.name);
      if (next === null) return;
      if (place.isOver) return next();
      place.release();
      place.release = next;
    };
    const order: Order = { command: call.command, input: call.input, ...definedOf(bounded(call)) };
    return open.during({ token, until: slice.until }, (ended) => {
      const around: Around = {
        ...given,
        // who only waits is let go as the safe is told to end
        ...(isWaiting ? {} : { drains: true as const }),
        signal: signal === undefined ? ended : AbortSignal.any([signal, ended]),
        agent: { name: row.name, network: row.network, account: row.account, payer: slice.payer, sshKey: call.sshKey ?? null },
        onPhase: (reached) => {
          if (reached.phase === 'posted') void waitFromNow();
          onPhase?.(reached);
        },
      };
      return door.call(order, around).finally(() => {
        place.isOver = true;
        place.release();
      });
    });
  };

  /** Makes a call for an agent. Never throws: a refusal is a document, too. */
  const callFor = async (agent: Caller, call: Called, around: Around): Promise<Answered> => {
    const answered = await made(agent, call, around).catch((thrown: unknown) => ({
      document: failedDocument(thrown, call.command),
      exit: failureOf(thrown, door.signal).exit,
    }));
    if (isRefusal(answered)) counted.ofAgent(agent.row.name);
    return { ...answered, document: forAgent(answered.document, agent, names) };
  };

  const conflict = (message: string, sideEffects: 'none' | 'unknown'): AnsweredDocument =>
    failedDocument(new Failure('REQUEST_ID_CONFLICT', message, { sideEffects }));

  return {
    failedDocument,
    callFor,
    /** The document of a call over the wire, made once for its id. */
    async answered(agent: Caller, call: WireCall, onPhase?: (reached: Reached) => void): Promise<AnsweredDocument> {
      const make = (): Promise<Answered> => callFor(agent, call, { onPhase, whole: true });
      if (call.id === undefined) return (await make()).document;
      const { id, ...rest } = call;
      const found = known.find(agent.row.name, id, digest(rest), make);
      if (found === 'another') return conflict('The id of this call was used for another one.', 'none');
      if (found === 'dropped') return conflict('This call was made, and its answer is not kept: see what there is.', 'unknown');
      return (await found).document;
    },
    /** Counts a request that is no call. `SAFE_BUSY` where there are too many of this agent. */
    ask: (agent: Admitted): void => requireMinute(asksAMinute(agent.row.name), agent),
    /** A stream that stays open, as long as its body does; it ends when the agent is put out. `SAFE_BUSY`. */
    async streamFor({ row, slice, token }: Caller, response: Response): Promise<Response> {
      if (response.body === null || !(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) return response;
      const release = await waits.take(row.name);
      if (release === null) {
        void response.body.cancel();
        throw busy(`Agent ${row.name} has too many streams open.`, 5);
      }
      const { signal, end } = open.begin({ token, until: slice.until });
      const over = (): void => {
        release();
        end();
      };
      // it ends with the safe, too
      return new Response(until(response.body, AbortSignal.any([signal, door.signal]), over), response);
    },
  };
};

/** A body that ends where the signal says so, whatever comes after. */
const until = (body: ReadableStream<Uint8Array>, signal: AbortSignal, over: () => void): ReadableStream<Uint8Array> => {
  const reader = body.getReader();
  return new ReadableStream({
    start(controller) {
      signal.addEventListener('abort', () => {
        over();
        void reader.cancel().catch(() => {});
        controller.close();
      });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (!done) return controller.enqueue(value);
      over();
      controller.close();
    },
    async cancel(reason) {
      over();
      await reader.cancel(reason);
    },
  });
};

/** The options of a call; what the safe runs in a VM for an agent holds its place for minutes at most. */
const bounded = ({ command, options }: Called): WireCall['options'] =>
  command === 'vm exec' ? { ...options, timeoutSeconds: Math.min(options.timeoutSeconds ?? 60, most.execSeconds) } : options;

const definedOf = (options: WireCall['options']): Partial<Order> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
