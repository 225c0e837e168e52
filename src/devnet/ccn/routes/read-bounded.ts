import { refuse } from './query.ts';

/** More than that is not even read to its end. */
const tooLarge = (max: number, actual: number) => refuse(413, `Maximum request body size ${max} exceeded, actual body size ${actual}`);

/** A request's body, read no further than `max` bytes; 413 beyond. */
export const readBounded = async (request: Request, max: number): Promise<Buffer> => {
  const foretold = Number(request.headers.get('content-length') ?? 0);
  if (foretold > max) throw tooLarge(max, foretold);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > max) throw tooLarge(max, length);
    parts.push(part);
  }
  return Buffer.concat(parts);
};
