import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { Agent, request } from 'undici';
import type { AnsweredDocument, Reached, WireCall } from '../../contract/declare/door.ts';
import type { SafeAddress } from '../../domain/agents/invitation.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';

const unreachable = (url: string, why: string, cause?: unknown): Failure =>
  new Failure('SAFE_UNREACHABLE', `The safe at ${url} ${why}.`, {
    sideEffects: 'none',
    fix: human('See whether it runs, as its owner: aleph-agent serve.'),
    ...(cause === undefined ? {} : { cause }),
  });

/** A safe says something, if only a heartbeat, at least this often, ms. */
const silenceMs = 60_000;

/**
 * Checks before anything is sent that socket and folder belong to the safe's user, and that nobody else may put another socket there: whoever
 * answers gets the token.
 */
const checkOwner = (url: string, path: string, uid: number): void => {
  const [socket, folder] = [path, dirname(path)].map((each) => lstatSync(each, { throwIfNoEntry: false }));
  if (socket === undefined || folder === undefined) throw unreachable(url, 'is not there');
  if (!socket.isSocket() || socket.uid !== uid || !folder.isDirectory() || folder.uid !== uid)
    throw unreachable(url, 'belongs to another user than the one that this agent joined');
  if ((folder.mode & 0o022) !== 0) throw unreachable(url, 'lies in a folder that others may write into');
};

interface Reply {
  status: number;
  /** Lines of JSON as they come. */
  lines: AsyncIterable<string>;
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** The wire to one safe. Nothing is sent before it is sure whose safe that is. Fails with `SAFE_UNREACHABLE`. */
export const safeWire = (address: SafeAddress, signal: AbortSignal) => {
  const { url } = address;
  const path = url.startsWith('unix:') ? url.slice('unix:'.length) : null;
  const ask = async (method: 'GET' | 'POST', place: string, { token, body }: { token?: string; body?: unknown }): Promise<Reply> => {
    if (path === null) throw unreachable(url, 'is not on this machine, and this version joins safes of this machine alone');
    checkOwner(url, path, address.uid ?? -1);
    const dispatcher = new Agent({ connect: { socketPath: path }, bodyTimeout: silenceMs, headersTimeout: silenceMs });
    const response = await request(`http://safe${place}`, {
      method,
      dispatcher,
      signal,
      headers: {
        accept: 'application/x-ndjson, application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw unreachable(url, 'does not answer', thrown);
    });
    return { status: response.statusCode, lines: linesOf(response.body) };
  };

  const documentOf = async ({ lines }: Reply, onPhase?: (reached: Reached) => void): Promise<AnsweredDocument> => {
    try {
      for await (const line of lines) {
        const event = JSON.parse(line) as { type?: string } & Record<string, unknown>;
        if (event.type === undefined) return event as unknown as AnsweredDocument;
        if (event.type === 'phase') onPhase?.(event as unknown as Reached);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      throw lost(url, thrown);
    }
    throw lost(url);
  };

  return {
    /** Joins by an invitation's code; the safe keeps the token's hash. */
    join: async (given: { code: string; token: string }): Promise<AnsweredDocument> =>
      documentOf(await ask('POST', '/v1/join', { body: given })),
    call: async (token: string, call: WireCall, onPhase: (reached: Reached) => void): Promise<AnsweredDocument> =>
      documentOf(await ask('POST', '/v1/call', { token, body: call }), onPhase),
  };
};

/** What came of the call is not known: made again with its request id, or looked at, it tells. */
const lost = (url: string, cause?: unknown): Failure =>
  new Failure('SAFE_UNREACHABLE', `The safe at ${url} ended before it answered: the call may go on there.`, {
    sideEffects: 'unknown',
    fix: human('See what there is, once it runs again: aleph-agent status.'),
    ...(cause === undefined ? {} : { cause }),
  });
