import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import { contentModels } from '../content/content-models.ts';
import { checkBalance } from '../credits/balance-check.ts';
import { sha256Hex } from '../item-hash.ts';
import type { MessageRow } from '../message.ts';
import { parseMessage } from '../parse-message.ts';
import { hashParam, refuse } from './query.ts';

const url = (hash: string): string => `/api/v0/storage/raw/${hash}`;

/** Files, as far as images need them (protocol-ccn §8). The bytes themselves are not kept, only their hash and length. */
export const storageRoutes = (app: Hono, host: CcnHost): void => {
  const { state } = host.node;
  const models = contentModels(host.requirementsRule);

  app.get('/api/v0/storage/by-message-hash/:hash', (c) => {
    const hash = hashParam(c);
    const pin = state.pins.get(hash);
    if (pin === undefined) throw refuse(404, `No file found for message ${hash}`);
    return c.json({
      ref: hash,
      owner: pin.owner,
      file_hash: pin.fileHash,
      download_url: url(pin.fileHash),
      size: state.files.get(pin.fileHash) ?? 0,
    });
  });

  app.get('/api/v0/storage/metadata/:hash', (c) => {
    const hash = hashParam(c);
    const size = state.files.get(hash);
    if (size === undefined) throw refuse(404, `File ${hash} not found`);
    return c.json({ file_hash: hash, type: 'file', size, download_url: url(hash) });
  });

  app.post('/api/v0/storage/add_file', async (c) => {
    const form = await c.req.parseBody();
    const { file, metadata } = form;
    if (!(file instanceof File)) throw refuse(422, '422: Unprocessable Content');
    const bytes = new Uint8Array(await file.arrayBuffer());
    const hash = sha256Hex(bytes);
    if (metadata === undefined) {
      state.files.set(hash, bytes.length);
      return c.json({ status: 'success', hash });
    }
    const text = metadata instanceof File ? await metadata.text() : String(metadata);
    const message = parseMessage((JSON.parse(text) as { message?: unknown }).message, models);
    if (message === null || message.content?.['item_hash'] !== hash) throw refuse(422, '422: Unprocessable Content');
    const known = state.files.has(hash);
    state.files.set(hash, bytes.length);
    const { outcome } = checkBalance(state, message as MessageRow, host.clock.now());
    if (outcome !== null) {
      if (!known) state.files.delete(hash);
      throw refuse(402, '402: Payment Required');
    }
    const heard = host.node.verdict(message.envelope.item_hash, host.syncMs);
    host.node.ingest(message);
    host.gossip(message);
    await heard;
    return c.json({ status: 'success', hash });
  });
};
