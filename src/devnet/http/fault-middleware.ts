import type { MiddlewareHandler } from 'hono';
import type { DevnetClock } from '../world/clock.ts';
import { endlessBody, escapesInNames, hugeBody, scaled, slowBody, wrongTypes } from './byzantine-body.ts';
import { ConnectionDropped } from './connection-dropped.ts';
import type { Fault } from './fault.ts';
import type { Faults } from './faults.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };

const rewritten = async (response: Response, change: (value: unknown) => unknown): Promise<Response> => {
  const text = await response.clone().text();
  try {
    return new Response(JSON.stringify(change(JSON.parse(text))), { status: response.status, headers: json });
  } catch {
    return response;
  }
};

const statusAnswer = (fault: Fault): Response => {
  const status = fault.status ?? 503;
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
  if (fault.retryAfter !== undefined) headers['retry-after'] = String(fault.retryAfter);
  return new Response(status === 429 ? '429: Too Many Requests' : `${status}: Service Unavailable`, { status, headers });
};

const after = async (fault: Fault, response: Response, clock: DevnetClock): Promise<Response> => {
  if (fault.kind === 'wrong-types') return rewritten(response, wrongTypes);
  if (fault.kind === 'scaled') return rewritten(response, (value) => scaled(value, fault.factor ?? 1));
  if (fault.kind === 'escapes-in-names') return rewritten(response, escapesInNames);
  if (fault.kind === 'huge-body') return new Response(hugeBody(), { status: 200, headers: json });
  if (fault.kind === 'endless-body') return new Response(endlessBody(clock), { status: 200, headers: { ...json, [slowBody]: 'yes' } });
  return response;
};

/**
 * Makes the HTTP faults in force strike `host`. Latency comes first, then what keeps the request from the handler, then what happens to
 * the answer; a dropped connection is thrown as ConnectionDropped.
 */
export const faultMiddleware =
  (host: string, faults: Faults, clock: DevnetClock): MiddlewareHandler =>
  async (c, next) => {
    const striking = faults.forRequest(host, c.req.method, new URL(c.req.url).pathname);
    for (const fault of striking) if (fault.kind === 'latency') await clock.wait(fault.ms ?? 1000);
    if (striking.some((fault) => fault.kind === 'drop-before')) throw new ConnectionDropped(host);
    const refused = striking.find((fault) => fault.kind === 'status');
    if (refused !== undefined) return statusAnswer(refused);
    await next();
    if (striking.some((fault) => fault.kind === 'drop-after-effect')) throw new ConnectionDropped(host);
    for (const fault of striking) {
      const answer = await after(fault, c.res, clock);
      if (answer === c.res) continue;
      // Assigning merges the old headers in, length included, unless the old answer is let go first.
      c.res = undefined;
      c.res = answer;
    }
  };
