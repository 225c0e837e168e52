/** Keeps the last `maxBytes` of what it is given, cut between characters. */
export const createTail = (maxBytes: number): { push(chunk: Uint8Array): void; text(): string; readonly truncated: boolean } => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let truncated = false;
  return {
    push(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      while (length - (chunks[0]?.length ?? 0) >= maxBytes && chunks.length > 1) {
        length -= chunks.shift()?.length ?? 0;
        truncated = true;
      }
    },
    text() {
      const whole = Buffer.concat(chunks);
      if (whole.length <= maxBytes) return whole.toString('utf8');
      truncated = true;
      let start = whole.length - maxBytes;
      // a continuation byte belongs to a character that began before the cut
      while (start < whole.length && ((whole[start] ?? 0) & 0xc0) === 0x80) start += 1;
      return whole.subarray(start).toString('utf8');
    },
    get truncated() {
      return truncated || length > maxBytes;
    },
  };
};
