import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type McpRequestContext,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Around } from '../../contract/declare/door.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { McpServing } from '../mcp-door.ts';
import { type AskedOnPage, askedOnPage } from './approval-page.ts';
import { callTool, type ToolCall } from './call-tool.ts';
import { createTask, type GivenTask, givenTask, seeTask, tasksExtension } from './create-task.ts';
import { legacyDefinition, legacyTools } from './legacy-tools.ts';
import { lookAround } from './look-around.ts';
import { sessionSpend } from './session-spend.ts';
import { suggestedTool } from './suggested-tool.ts';
import { toolAnswer } from './tool-answer.ts';
import type { Tool } from './tool-list.ts';
import { chosenTools, listTools } from './tool-set.ts';

const instructions =
  'Rent, use and end VMs on Aleph Cloud, within a budget that a person set. A VM costs until it ends: destroy what is done. Give vm_create a requestId, so that the same call made twice makes one VM; nothing derives one for you. After APPROVAL_NEEDED a person decides elsewhere: tell them, wait with approvals_wait, then make the same call again.';

/** Clients that keep a list ask again after this; a freeze shows then, and refuses calls at once. */
const listMs = 60_000;

/** How long a call waits for a person who was shown a page. */
const pageMs = 20_000;

/** What a client hands back of an approval that its person was shown. It tells which call asked, and nothing of any answer. */
interface Shown {
  call: string;
  plan: string;
}

export interface McpServer {
  /** A server of the protocol for one connection, or one request, of either era. */
  serve(served: Pick<McpRequestContext, 'era'>): Server;
  /** Resolves once the calls under way have ended. */
  settled(): Promise<unknown>;
  /** Calls that were answered so far. */
  answered(): number;
}

/** The chosen tools, for clients of both eras of the protocol. `USAGE` for a tool that there is not. */
export const mcpServer = (door: McpServing): McpServer => {
  const tools = chosenTools(door);
  const { mostCredits, approvalsAt, legacyNames } = door.manner;
  const spend = mostCredits === null ? undefined : sessionSpend(mostCredits);
  const sealed = createRequestStateCodec<Shown>({ key: door.secret(), ttlSeconds: 86_400 });
  const leftBehind = lookAround(door);
  const suggest = suggestedTool(door, tools);
  const underWay = new Set<Promise<unknown>>();
  /** It counts as under way until it is answered. */
  const untilAnswered = <Result>(work: Promise<Result>): Promise<Result> => {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };
  let answered = 0;

  const list = async (): Promise<Tool[]> => {
    const ours = await listTools(door, tools);
    const old = legacyTools.flatMap((legacy) => {
      const found = ours.find(({ name }) => name === legacy.tool);
      return found === undefined ? [] : [legacyDefinition(legacy, found)];
    });
    return legacyNames ? [...ours, ...old] : ours;
  };

  const answer = async (call: ToolCall, { server, era }: Served, context: ServerContext) => {
    let isHeld = false;
    const told = progressOf(context);
    const around: Around = {
      signal: stopsWaiting(context.mcpReq.signal),
      onPhase: (reached) => {
        isHeld ||= reached.phase === 'held';
        told(reached);
      },
      gate: spend?.(() => isHeld),
    };
    const called = await callTool(door, tools, call, around);
    answered += 1;
    const declared = declaredBy(server, context);
    const task = era === 'modern' && takesTasks(declared) && call.name === 'vm_create' ? createTask(called.document, door.now()) : null;
    if (task !== null) return { ...task, resultType: 'task', content: [] };
    const page = opensPages(declared) ? askedOnPage(called.document, approvalsAt) : null;
    // whatever the person answers there approves nothing, so the call is not made again for it
    if (page !== null && era === 'legacy') await showPage(context, page);
    if (page !== null && era === 'modern') {
      const shown = context.mcpReq.requestState<Shown | null>();
      const id = digest(call);
      // the page was shown for this very plan: the same call is not asked about again
      if (shown?.call !== id || shown.plan !== page.plan) {
        return inputRequired({
          inputRequests: { approval: inputRequired.elicitUrl({ url: page.url, message: page.message }) },
          requestState: await sealed.mint({ call: id, plan: page.plan }),
        });
      }
    }
    return toolAnswer(called, suggest, [...(await leftBehind()), ...called.warnings]);
  };

  const serve = ({ era }: Pick<McpRequestContext, 'era'>): Server => {
    // a server that only looks goes on with nothing
    const givesTasks = era === 'modern' && tools.some(({ name }) => name === 'vm create');
    const server = new Server(
      { name: 'aleph-agent', version: door.version },
      {
        capabilities: { tools: {}, ...(givesTasks ? { extensions: { [tasksExtension]: {} } } : {}) },
        instructions,
        cacheHints: { 'tools/list': { ttlMs: listMs, cacheScope: 'private' } },
        // what is not ours, or of a server that is gone, proves nothing and says nothing
        requestState: { verify: (given, context) => sealed.verify(given, context).catch(() => null) },
      },
    );
    server.setRequestHandler('tools/list', () => untilAnswered(list().then((tools) => ({ tools }))));
    server.setRequestHandler('tools/call', ({ params }, context) => {
      return untilAnswered(answer({ name: params.name, arguments: params.arguments ?? {} }, { server, era }, context));
    });
    if (givesTasks) serveTasks(server);
    return server;
  };

  /** Tasks that calls were answered with, of this server or of one before it: the ledger knows them. */
  const serveTasks = (server: Server): void => {
    const known = (taskId: string, context: ServerContext): GivenTask => {
      if (!takesTasks(declaredBy(server, context))) {
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [tasksExtension]: {} } } });
      }
      const given = givenTask(taskId);
      if (given !== null) return given;
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no task "${taskId.slice(0, 60)}".`);
    };
    server.setRequestHandler('tasks/get', { params: taskParams }, async ({ taskId }, context) => {
      const around = { signal: stopsWaiting(context.mcpReq.signal), onPhase: progressOf(context) };
      const look = seeTask(door, known(taskId, context), { around, answer: (seen) => toolAnswer(seen, suggest, []) });
      return untilAnswered(look);
    });
    // nothing is asked of a client within a task, and cancelling one ends waiting alone: vm_destroy ends a VM
    for (const method of ['tasks/update', 'tasks/cancel']) {
      server.setRequestHandler(method, { params: taskParams }, ({ taskId }, context) => {
        known(taskId, context);
        return {};
      });
    }
  };

  /** One call may come while others end. */
  const settled = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  };

  return { serve, settled, answered: () => answered };
};

interface Served {
  server: Server;
  era: McpRequestContext['era'];
}

/** Sends the person of a 2025 client to the page. Where that fails, or nobody answers, the call's own answer says what waits. */
const showPage = async ({ mcpReq }: ServerContext, { approval, url, message }: AskedOnPage): Promise<void> => {
  await mcpReq.elicitInput({ mode: 'url', url, message, elicitationId: approval }, { timeout: pageMs }).catch(() => undefined);
};

/** Ends waiting when the client cancels a call or goes away. What the call began goes on from the ledger, by vm_wait or gc. */
const stopsWaiting = (cancelled: AbortSignal): AbortSignal => {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Failure('INTERRUPTED', 'The client cancelled the call.', { sideEffects: 'unknown' }));
  cancelled.addEventListener('abort', stop);
  if (cancelled.aborted) stop();
  return controller.signal;
};

/** Sends phases to a client that asked for progress; one that is gone is told nothing. */
const progressOf = ({ mcpReq }: ServerContext): NonNullable<Around['onPhase']> => {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let progress = 0;
  return ({ phase, vm }) => {
    progress += 1;
    const params = { progressToken: token, progress, message: vm === undefined ? phase : `${vm}: ${phase}` };
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
};

const taskParams = z.object({ taskId: z.string() });

interface Declared {
  elicitation?: { url?: object };
  extensions?: Readonly<Record<string, unknown>>;
}

/** What the client can do. Clients of 2026 say so with each call, those before as they connect. */
const declaredBy = (server: Server, { mcpReq }: ServerContext): Declared => {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return (envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities() ?? {}) as Declared;
};

/** Can the client show a page to its person? */
const opensPages = ({ elicitation }: Declared): boolean => elicitation?.url !== undefined;

const takesTasks = ({ extensions = {} }: Declared): boolean => Object.hasOwn(extensions, tasksExtension);
