const block = 512;

const padded = (length: number): number => Math.ceil(length / block) * block;

/** A header as ustar has it; numbers are octal, and the checksum is made with blanks in its own place. */
const headerOf = (name: string, size: number, seconds: number): Buffer => {
  const header = Buffer.alloc(block);
  const put = (text: string, at: number): void => void header.write(text, at, 'latin1');
  put(name.slice(0, 99), 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put(`${seconds.toString(8).padStart(11, '0')}\0`, 136);
  put('        0', 148);
  put('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
};

/** A tar archive of these files, all of one time (s). */
export const tarOf = (files: Readonly<Record<string, Uint8Array>>, seconds: number): Buffer => {
  const parts = Object.entries(files).flatMap(([name, bytes]) => [
    headerOf(name, bytes.length, seconds),
    bytes,
    Buffer.alloc(padded(bytes.length) - bytes.length),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
};
