import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { jsonOf } from '../../domain/text/json-of.ts';

export type Fetch = typeof globalThis.fetch;

/** A node's own error: it understood the call and says no. Its words are shown to nobody. */
export class RpcError extends Error {}

const answer = z.union([z.object({ error: z.object({ message: z.string() }) }), z.object({ result: z.unknown() })]);

const withinMs = 10_000;
const mostBytes = 1024 * 1024;

/** Makes one JSON-RPC call. Throws `RpcError` for what the node refuses, `RPC_UNAVAILABLE` for everything that is no answer. */
export const rpcCall = async (fetch: Fetch, url: string, method: string, params: readonly unknown[]): Promise<unknown> => {
  const text = await textOf(fetch, url, { body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) }).catch((cause: unknown) => {
    throw silent(url, cause);
  });
  const parsed = answer.safeParse(jsonOf(text));
  if (!parsed.success) throw silent(url, parsed.error);
  if ('error' in parsed.data) throw new RpcError(parsed.data.error.message);
  return parsed.data.result;
};

/** Reads a URL's text, at most a MiB within ten seconds; throws for any status but 200. A body makes it a POST. */
export const textOf = async (fetch: Fetch, url: string, { body }: { body?: string }): Promise<string> => {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(withinMs),
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // leaving the loop ends the answer: a node that never stops costs no more than the limit
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > mostBytes) throw new Error('more than asked for');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

/** The host of a URL: what stands behind it may be a password. */
export const hostOf = (url: string): string => new URL(url).host;

export const silent = (url: string, cause: unknown): Failure =>
  new Failure('RPC_UNAVAILABLE', `The EVM node at ${hostOf(url)} does not answer as a node does. Nothing was sent.`, {
    fix: human('Name another node with --rpc URL.'),
    facts: { rpc: hostOf(url) },
    cause,
  });
