import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import { estimateModels } from '../content/content-models.ts';
import { instanceEstimate } from '../content/instance.ts';
import { readContent } from '../content/read-content.ts';
import type { Content, Envelope } from '../message.ts';
import { parseMessage } from '../parse-message.ts';
import { contentCosts, paymentType } from '../pricing/content-costs.ts';
import { priceView } from './price-view.ts';
import { readBody } from './publish-routes.ts';
import { flagOf, hashParam, refuse } from './query.ts';
import { validationText } from './validation-text.ts';

const TROUBLE = '500 Internal Server Error\n\nServer got itself in trouble';

/** Estimates and stored prices (protocol-ccn §5.9). */
export const priceRoutes = (app: Hono, { node, requirementsRule }: CcnHost): void => {
  const models = estimateModels(requirementsRule);
  const estimate = instanceEstimate(requirementsRule);

  /** Content that travels apart: a file that is there, or a crash on the server's side. */
  const stored = ({ item_hash: hash, type: kind }: Envelope): Content => {
    const bytes = node.state.contents.get(hash);
    const read = bytes === undefined ? null : readContent(new TextDecoder().decode(bytes), kind, models);
    if (read === null) throw refuse(500, TROUBLE);
    return read.filled;
  };

  app.post('/api/v0/price/estimate', async (c) => {
    const { message: raw } = await readBody(c.req.raw);
    const type = (raw as { type?: string } | undefined)?.type ?? '';
    // What has no price at all is a crash on the server's side, and so is a GPU that no price covers (§12.21).
    if (raw === undefined || type === 'POST' || type === 'AGGREGATE' || type === 'FORGET') throw refuse(500, TROUBLE);
    const message = parseMessage(raw, models, true);
    if (message === null) throw refuse(422, 'InvalidMessageFormat');
    const content = message.filled ?? stored(message.envelope);
    return c.json(priceView(contentCosts(node.state, message.envelope.type, content), paymentType(content), content.address, true));
  });

  app.post('/api/v0/price/estimate/instance', async (c) => {
    let body: unknown;
    try {
      body = JSON.parse(await c.req.text());
    } catch {
      throw refuse(400, '400: Bad Request');
    }
    const parsed = estimate.safeParse(body);
    if (!parsed.success) throw refuse(422, validationText('CostEstimationInstanceContent', parsed.error.issues, body));
    const content = parsed.data as unknown as Content;
    return c.json(priceView(contentCosts(node.state, 'INSTANCE', content), paymentType(content), content.address, true));
  });

  app.on('POST', ['/api/v0/price/recalculate', '/api/v0/price/:hash/recalculate'], () => {
    throw refuse(401, 'Missing X-Auth-Token header');
  });

  app.get('/api/v0/price/:hash', (c) => {
    const hash = hashParam(c);
    const row = node.state.messages.get(hash);
    // For a pending message the real server answers 102, which is no final answer in HTTP and cannot be sent as one: 404 stands for it.
    if (row === undefined || row.status === 'pending') throw refuse(404, `Message not found with hash: ${hash}`);
    if (row.status === 'rejected') throw refuse(404, `This message was rejected: ${hash}`);
    if (row.status === 'forgotten') throw refuse(410, `This message has been forgotten: ${hash}`);
    if (row.status === 'removed') throw refuse(410, `This message has been removed: ${hash}`);
    if (row.filled === null || !(row.envelope.type in models)) throw refuse(400, `Message is not an executable or store message: ${hash}`);
    const cost = node.state.costs.get(hash);
    const paidBy = cost?.paymentType ?? paymentType(row.filled);
    return c.json(priceView(cost?.lines ?? [], paidBy, cost?.owner ?? row.filled.address, flagOf(c, 'include_size')));
  });
};
