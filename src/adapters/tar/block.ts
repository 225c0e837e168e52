import { Buffer } from 'node:buffer';

/** Everything in a tar archive stands in blocks of this many bytes (POSIX pax, "ustar Interchange Format"). */
export const blockBytes = 512;

export interface Block {
  name: string;
  mode: number;
  size: number;
  /** `0` file, `5` folder, `1` and `2` links, `x` and `g` pax records, `L` and `K` GNU's long names. */
  type: string;
}

const checksumOf = (block: Buffer): number => block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);

const text = (block: Buffer, from: number, length: number): string => {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
};

/** Octal digits; base 256 (GNU) for what is too large for them. NaN where it is neither. */
const number = (block: Buffer, from: number, length: number): number => {
  const field = block.subarray(from, from + length);
  if ((field[0] ?? 0) === 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const digits = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .replace(/^ +/, '');
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
};

/** null for what is no header: a wrong checksum, a size that is none. */
export const readBlock = (bytes: Uint8Array): Block | null => {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (number(block, 148, 8) !== checksumOf(block)) return null;
  const prefix = text(block, 257, 5) === 'ustar' && block[262] === 0 ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const size = number(block, 124, 12);
  const mode = number(block, 100, 8);
  if (!Number.isSafeInteger(size) || size < 0 || Number.isNaN(mode)) return null;
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0);
  return { name: prefix === '' ? name : `${prefix}/${name}`, mode, size, type };
};

/** A ustar header of root's. `modified` is in seconds, `name` has at most 100 bytes, `size` less than 8 GiB; pax records say more. */
export const writeBlock = ({ name, mode, size, type, modified }: Block & { modified: number }): Uint8Array => {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100, 'utf8');
  const octal = (value: number, at: number, length: number): void =>
    void block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  octal(mode & 0o777, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.max(0, Math.floor(modified)), 136, 12);
  block.write(type, 156, 'latin1');
  block.write('ustar\u000000root\0', 257, 'latin1');
  block.write('root\0', 297, 'latin1');
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
};

/** Zeros up to the next whole block. */
export const padding = (size: number): Uint8Array => new Uint8Array((blockBytes - (size % blockBytes)) % blockBytes);
