import type { AnsweredDocument, Reached, WireCall } from '../../contract/declare/door.ts';
import type { SafeAddress } from '../../domain/agents/invitation.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { sendAtSocket } from './send-at-socket.ts';
import type { Trust } from './send-by-tls.ts';
import type { Sender } from './sender.ts';

/** The body by lines, as they come. */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
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
export const safeWire = (address: SafeAddress, trust: Trust, signal: AbortSignal) => {
  const { url } = address;
  const sender = async (): Promise<Sender> =>
    url.startsWith('unix:') ? sendAtSocket(address) : (await import('./send-by-tls.ts')).sendByTls(address, trust);
  const ask = async (method: 'GET' | 'POST', path: string, { token, body }: { token?: string; body?: unknown }) => {
    const headers = {
      accept: 'application/x-ndjson, application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const send = await sender();
    const answer = await send({ method, path, headers, body: body === undefined ? null : JSON.stringify(body) }, signal).catch(
      (thrown: unknown) => {
        signal.throwIfAborted();
        // who could not be reached was sent nothing; what was sent may have come to something
        throw thrown instanceof Failure ? thrown : lost(url, thrown);
      },
    );
    return linesOf(answer);
  };

  const documentOf = async (lines: AsyncIterable<string>, onPhase?: (reached: Reached) => void): Promise<AnsweredDocument> => {
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
    /** Which version answers there, and since when: whoever asks. */
    health: async (): Promise<AnsweredDocument> => documentOf(await ask('GET', '/v1/health', {})),
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
