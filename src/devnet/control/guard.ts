import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The name in a Host header, without the port. */
const nameOf = (host: string): string => (/^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host)?.[1] ?? '').toLowerCase();

/**
 * Keeps web pages and strangers out: 403 for a Host that is no loopback name (a page that rebinds its own name to 127.0.0.1 sends that
 * name), 401 for a change without the token. Other hosts than loopback are given by name, without port.
 */
export const guard = (token: string, hosts: readonly string[]): MiddlewareHandler => {
  const served = new Set(['127.0.0.1', 'localhost', '[::1]', ...hosts]);
  const expected = digest(`Bearer ${token}`);
  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    if (!served.has(nameOf(host))) return c.json({ error: 'Control answers to loopback names only.' }, 403);
    const reading = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!reading && !timingSafeEqual(digest(c.req.header('authorization') ?? ''), expected)) {
      return c.json({ error: 'Changes need the token that devnet up printed: Authorization: Bearer <token>.' }, 401);
    }
    await next();
    return undefined;
  };
};
