import * as z from 'zod';
import type { Ask } from '../http/http.ts';
import { parsed } from '../http/read-json.ts';

const shape = z.object({
  publication_status: z.object({ status: z.enum(['success', 'warning', 'error']) }),
  message_status: z.enum(['processed', 'pending', 'rejected']).nullable(),
});

/**
 * What one host said to a post. `refused`: it took nothing (too busy, too big, not there). `unreached`: nothing left
 * for it, as there was no connection. `silent`: it may or may not have taken it. The node itself may wait 30 s, and 10 s per protocol to pass it on (protocol-ccn.md §2.1).
 */
export type PostAnswer = 'processed' | 'pending' | 'rejected' | 'invalid' | 'refused' | 'unreached' | 'silent';

export const postMessage = async (ask: Ask, host: string, bytes: string, timeoutMs: number, signal?: AbortSignal): Promise<PostAnswer> => {
  const answer = await ask(`${host}/api/v0/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: bytes,
    timeoutMs,
    connectMs: timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!answer.answered) return answer.why === 'unconnected' ? 'unreached' : 'silent';
  const body = parsed(answer.text, shape)?.value ?? null;
  switch (answer.status) {
    case 200:
      return body?.message_status === 'processed' ? 'processed' : 'silent';
    case 202:
      return body === null ? 'silent' : 'pending';
    case 422:
      return body?.message_status === 'rejected' ? 'rejected' : 'invalid';
    default:
      // A 500 with `error` means that it was passed on nowhere; from any other 5xx nothing can be told.
      if (answer.status >= 500) return body?.publication_status.status === 'error' ? 'refused' : 'silent';
      return 'refused';
  }
};
