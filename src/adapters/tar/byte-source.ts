import { Buffer } from 'node:buffer';

/** A stream of chunks, read by counts of bytes. */
export interface ByteSource {
  /** Exactly `count` bytes, or null where the stream ends before. */
  take(count: number): Promise<Uint8Array | null>;
  /** Passes on exactly `count` bytes as they come; false where the stream ends before. */
  pass(count: number, on: (chunk: Uint8Array) => Promise<void>): Promise<boolean>;
  /** Reads to the end and forgets it. */
  drain(): Promise<void>;
}

export const byteSource = (stream: AsyncIterable<Uint8Array>): ByteSource => {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();

  /** Up to `most` bytes; empty at the end. */
  const some = async (most: number): Promise<Uint8Array> => {
    while (rest.length === 0) {
      const { done, value } = await chunks.next();
      if (done === true) return rest;
      rest = value;
    }
    const part = rest.subarray(0, most);
    rest = rest.subarray(part.length);
    return part;
  };

  const pass: ByteSource['pass'] = async (count, on) => {
    for (let left = count; left > 0; ) {
      const part = await some(left);
      if (part.length === 0) return false;
      left -= part.length;
      await on(part);
    }
    return true;
  };

  return {
    pass,
    async take(count) {
      const parts: Uint8Array[] = [];
      const whole = await pass(count, async (part) => void parts.push(part));
      return whole ? Buffer.concat(parts) : null;
    },
    async drain() {
      while ((await some(1 << 20)).length > 0);
    },
  };
};
