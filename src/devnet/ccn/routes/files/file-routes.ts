import type { Context, Hono } from 'hono';
import type { CcnHost } from '../../ccn-host.ts';
import { countPins } from '../../files/file-store.ts';
import { latestPin } from '../../files/latest-pin.ts';
import { isItemHash, itemTypeOf } from '../../item-hash.ts';
import type { FilePin } from '../../state.ts';
import { refuse } from '../query.ts';
import { uploadLimits } from './upload-limits.ts';

const url = (hash: string): string => `/api/v0/storage/raw/${hash}`;

/** Reading files (protocol-ccn §8). */
export const fileRoutes = (app: Hono, { node: { state } }: CcnHost): void => {
  const pinView = (pin: FilePin, ref: string): object => ({
    ref,
    owner: pin.owner,
    file_hash: pin.fileHash,
    download_url: url(pin.fileHash),
    size: state.files.get(pin.fileHash) ?? 0,
  });
  const sizeOf = (hash: string): number => {
    const size = state.files.get(hash);
    if (size === undefined) throw refuse(404, 'Not found');
    return size;
  };
  const bytesOf = (hash: string): Uint8Array => {
    const bytes = state.contents.get(hash);
    if (bytes === undefined) throw refuse(501, 'This devnet keeps the size of its images, not their bytes. See docs/devnet.md.');
    return bytes;
  };
  const byRef = (c: Context, tag: string): Response => {
    const pin = latestPin(state, tag);
    if (pin === undefined) throw refuse(404, `No file found for tag ${tag}`);
    return c.json(pinView(pin, tag.slice(tag.indexOf('/') + 1)));
  };

  app.get('/api/v0/storage/limits.json', (c) => c.json(uploadLimits));

  app.get('/api/v0/storage/raw/:hash', (c) => {
    const hash = c.req.param('hash');
    if (itemTypeOf(hash) === null) throw refuse(400, 'Invalid hash');
    const size = sizeOf(hash);
    const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'none', 'content-length': String(size) };
    if (c.req.method === 'HEAD') return new Response(null, { headers });
    return new Response(Buffer.from(bytesOf(hash)), { headers });
  });

  app.get('/api/v0/storage/by-message-hash/:hash', (c) => {
    const hash = c.req.param('hash');
    if (!isItemHash(hash)) throw refuse(400, 'Invalid hash provided');
    const pin = state.pins.get(hash);
    if (pin === undefined) throw refuse(404, `No file found for message ${hash}`);
    return c.json(pinView(pin, pin.ref ?? hash));
  });

  app.get('/api/v0/storage/by-ref/:ref', (c) => {
    const ref = c.req.param('ref');
    if (!isItemHash(ref)) throw refuse(400, 'address is required for user-defined ref');
    return byRef(c, ref);
  });

  app.get('/api/v0/storage/by-ref/:address/:ref', (c) => {
    const { address, ref } = c.req.param();
    return byRef(c, isItemHash(ref) ? ref : `${address}/${ref}`);
  });

  app.get('/api/v0/storage/metadata/:hash', (c) => {
    const hash = c.req.param('hash');
    const size = state.files.get(hash);
    if (size === undefined) throw refuse(404, `No file found for hash ${hash}`);
    return c.json({ file_hash: hash, type: 'file', size, download_url: url(hash) });
  });

  app.get('/api/v0/storage/count/:hash', (c) => c.json(countPins(state, c.req.param('hash'))));

  app.get('/api/v0/storage/:hash', (c) => {
    const hash = c.req.param('hash');
    const engine = itemTypeOf(hash);
    if (engine === null) throw refuse(400, 'Invalid hash provided');
    const size = sizeOf(hash);
    const { max_file_size: max } = uploadLimits.storage;
    if (size > max) throw refuse(413, `Maximum request body size ${max} exceeded, actual body size ${size}`);
    // Python's encodebytes: lines of 76 characters, each ended
    const content = Buffer.from(bytesOf(hash))
      .toString('base64')
      .replace(/.{1,76}/g, '$&\n');
    return c.json({ status: 'success', hash, engine, content });
  });
};
