import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import { contentModels } from '../content/content-models.ts';
import { parseMessage } from '../parse-message.ts';
import { broadcast } from './broadcast.ts';
import { refuse, unprocessable } from './query.ts';
import { readBounded } from './read-bounded.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** A request's JSON object; 413 when it is too long, 422 when it is no JSON. */
export const readBody = async (request: Request): Promise<Record<string, unknown>> => {
  const text = new TextDecoder().decode(await readBounded(request, MAX_BODY_BYTES));
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Answered below, like any other thing that is no object.
  }
  throw refuse(422, '422: Unprocessable Content');
};

/** POST /api/v0/messages (protocol-ccn §2.1, §12.1 to §12.5). */
export const publishRoutes = (app: Hono, host: CcnHost): void => {
  const models = contentModels(host.requirementsRule);

  app.post('/api/v0/messages', async (c) => {
    const body = await readBody(c.req.raw);
    if (body['message'] === undefined) throw unprocessable([{ type: 'missing', loc: ['message'], msg: 'Field required', input: body }]);
    const sync = body['sync'] ?? false;
    if (typeof sync !== 'boolean')
      throw unprocessable([{ type: 'bool_type', loc: ['sync'], msg: 'Input should be a valid boolean', input: sync }]);
    const message = parseMessage(body['message'], models);
    if (message === null) throw refuse(422, 'InvalidMessageFormat');

    const { publication, verdict, status } = await broadcast(host, message, sync);
    return c.json({ publication_status: publication, message_status: verdict }, status);
  });
};
