import { refuse } from '../query.ts';
import { readBounded } from '../read-bounded.ts';
import { parseMultipart } from './parse-multipart.ts';
import { uploadLimits } from './upload-limits.ts';

/** A file on its way in. `metadata` is the JSON text that came with it; null without one. */
export interface Upload {
  bytes: Uint8Array;
  metadata: string | null;
}

/** Boundaries and metadata beside the file itself. */
const FORM_BYTES = 1024 * 1024;

const readForm = async (request: Request, max: number): Promise<Upload> => {
  const form = parseMultipart(await readBounded(request, max + FORM_BYTES), request.headers.get('content-type') ?? '');
  if (form === null) throw refuse(400, 'Invalid multipart structure');
  const [file, metadata] = [form.get('file'), form.get('metadata')];
  if (file === undefined) throw refuse(400, '400: File should be sent as FormData or Raw Upload');
  return { bytes: new Uint8Array(file), metadata: metadata?.toString() ?? null };
};

/** What was sent to `add_file`: a form, or the bare bytes; 413 for more than a node takes, of strangers less than of who signs. */
export const readUpload = async (request: Request): Promise<Upload> => {
  const { max_file_size: signed, max_unauthenticated_upload_file_size: unsigned } = uploadLimits.storage;
  const isForm = /^multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '');
  const upload = isForm ? await readForm(request, signed) : { bytes: await readBounded(request, unsigned), metadata: null };
  const max = upload.metadata === null ? unsigned : signed;
  if (upload.bytes.length > max) throw refuse(413, `Maximum request body size ${max} exceeded, actual body size ${upload.bytes.length}`);
  return upload;
};
