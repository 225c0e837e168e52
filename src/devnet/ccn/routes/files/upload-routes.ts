import type { Hono } from 'hono';
import type { CcnHost } from '../../ccn-host.ts';
import { contentModels } from '../../content/content-models.ts';
import type { Models } from '../../content/read-content.ts';
import { checkBalance } from '../../credits/balance-check.ts';
import { canonicalJson } from '../../files/canonical-json.ts';
import { giveGrace, keepFile, MOST_KEPT_BYTES } from '../../files/file-store.ts';
import { sha256Hex } from '../../item-hash.ts';
import type { Incoming, MessageRow } from '../../message.ts';
import { parseMessage } from '../../parse-message.ts';
import { signatureHolds } from '../../signature.ts';
import { broadcast } from '../broadcast.ts';
import { refuse } from '../query.ts';
import { readBounded } from '../read-bounded.ts';
import { readUpload } from './read-upload.ts';
import { uploadLimits } from './upload-limits.ts';

const MIB = 1024 * 1024;
const TROUBLE = '500 Internal Server Error\n\nServer got itself in trouble';

/** The STORE message beside an upload, and whether the uploader waits for it; 422 for anything else. */
const readMetadata = (text: string, models: Models): { message: Incoming; sync: boolean } => {
  const undecodable = () => refuse(422, '422: Could not decode metadata');
  let metadata: { message?: unknown; sync?: unknown } | null;
  try {
    metadata = JSON.parse(text) as { message?: unknown; sync?: unknown } | null;
  } catch {
    throw undecodable();
  }
  const message = parseMessage(metadata?.message, models);
  const sync = metadata?.sync;
  if (message?.envelope.type !== 'STORE' || message.envelope.item_type !== 'inline' || typeof sync !== 'boolean') throw undecodable();
  return { message, sync };
};

/** Taking files in (protocol-ccn §8), in the server's order: signature, hash, credit, and only then the bytes. */
export const uploadRoutes = (app: Hono, host: CcnHost): void => {
  const { state } = host.node;
  const models = contentModels(host.requirementsRule);

  const requirePaid = (message: Incoming, bytes: number): void => {
    const filled = message.filled === null ? null : { ...message.filled, estimated_size_mib: Math.ceil(bytes / MIB) };
    const { outcome } = checkBalance(state, { ...message, filled } as MessageRow, host.clock.now());
    if (outcome !== null) throw refuse(402, '402: Payment Required');
  };
  const keep = (hash: string, bytes: Uint8Array): void => {
    if (!keepFile(state, hash, bytes))
      throw refuse(507, `This devnet keeps ${MOST_KEPT_BYTES / MIB} MiB of files at most. See docs/devnet.md.`);
  };

  app.post('/api/v0/storage/add_json', async (c) => {
    const body = await readBounded(c.req.raw, uploadLimits.storage.max_unauthenticated_upload_file_size);
    let text: string;
    try {
      text = canonicalJson(new TextDecoder().decode(body));
    } catch {
      throw refuse(500, TROUBLE);
    }
    const hash = sha256Hex(text);
    keep(hash, new TextEncoder().encode(text));
    giveGrace(state, hash, host.clock.now());
    return c.json({ status: 'success', hash });
  });

  app.post('/api/v0/storage/add_file', async (c) => {
    const { bytes, metadata } = await readUpload(c.req.raw);
    const hash = sha256Hex(bytes);
    if (metadata === null) {
      keep(hash, bytes);
      giveGrace(state, hash, host.clock.now());
      return c.json({ status: 'success', hash });
    }
    const { message, sync } = readMetadata(metadata, models);
    if (!signatureHolds(message.envelope)) throw refuse(403, '403: Forbidden');
    const named = message.content?.['item_hash'];
    if (named !== hash) throw refuse(422, `422: File hash does not match (${hash} != ${named})`);
    requirePaid(message, bytes.length);
    keep(hash, bytes);
    const { status } = await broadcast(host, message, sync);
    return c.json({ status: 'success', hash }, status);
  });
};
