import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Crn } from './crn.ts';
import { CrnError } from './crn-error.ts';

export type CrnContext = Context<{ Bindings: { crn: Crn } }>;

/** Plain text of an operator call, JSON of everything else. */
export const answer = (c: CrnContext, body: unknown): Response => (typeof body === 'string' ? c.text(body) : c.json(body as object));

/** A CrnError as aleph-vm's middleware renders it. A string body of a 400 is JSON text, encoded once more. */
export const answerError = (c: CrnContext, error: unknown): Response => {
  if (!(error instanceof CrnError)) {
    const { name, message } = error instanceof Error ? error : { name: 'Exception', message: String(error) };
    return c.json({ error: message, error_type: `<class '${name}'>` }, 500);
  }
  const status = error.status as ContentfulStatusCode;
  if (typeof error.body !== 'string') return c.json(error.body, status);
  return status === 400 ? c.json(error.body, status) : c.text(error.body, status);
};
