/** What a frame is (RFC 6455 §5.2). */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  final: boolean;
  opcode: number;
  payload: Buffer;
}

/** Nothing that a client of the network says comes near to this. */
const longest = 1024 * 1024;

/** A frame of a server: whole, and not masked. */
export const encodeFrame = (opcode: number, payload: Uint8Array): Buffer => {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
};

/** The first frame of a client in these bytes with how many it takes; null where it is not whole yet. Throws RangeError for what no client may send. */
export const decodeFrame = (bytes: Buffer): { frame: Frame; taken: number } | null => {
  if (bytes.length < 2) return null;
  const [first, second] = [bytes[0]!, bytes[1]!];
  if ((second & 0x80) === 0 || (first & 0x70) !== 0) throw new RangeError('a client masks its frames and has no extensions');
  const short = second & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start + 4) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > longest) throw new RangeError('the frame is too long');
  const taken = start + 4 + length;
  if (bytes.length < taken) return null;
  const mask = bytes.subarray(start, start + 4);
  const payload = Buffer.from(bytes.subarray(start + 4, taken).map((byte, at) => byte ^ mask[at % 4]!));
  return { frame: { final: (first & 0x80) !== 0, opcode: first & 0x0f, payload }, taken };
};
