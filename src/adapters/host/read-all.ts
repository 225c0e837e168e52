/** The whole stream; null, and reading stopped, when it is longer than `limit` bytes. */
export const readAll = async (stream: AsyncIterable<Uint8Array | string>, limit: number): Promise<Uint8Array | null> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    length += bytes.length;
    if (length > limit) return null;
    chunks.push(bytes);
  }
  return new Uint8Array(Buffer.concat(chunks));
};
