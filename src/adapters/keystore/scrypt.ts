import { scrypt as opensslScrypt } from 'node:crypto';
import scryptJs from 'scrypt-js';

const { scrypt: portable, syncScrypt } = scryptJs;

/** What OpenSSL takes (RFC 7914 §2): keystores from before that rule have more iterations for their block size. */
const isTaken = (iterations: number, blockSize: number): boolean => Math.log2(iterations) < 16 * blockSize;

/**
 * scrypt under ethers' keystores, by node:crypto where that takes the parameters: the same key in a third of the time, and on another thread. The
 * build puts it in the place of scrypt-js (scripts/build.ts).
 */
export const scrypt: typeof portable = (password, salt, iterations, blockSize, parallel, length, progress) => {
  if (!isTaken(iterations, blockSize)) return portable(password, salt, iterations, blockSize, parallel, length, progress);
  const memory = 128 * blockSize * (iterations + parallel + 2);
  const options = { N: iterations, r: blockSize, p: parallel, maxmem: 2 * memory };
  return new Promise((resolve, reject) => {
    const given = [Uint8Array.from(password), Uint8Array.from(salt)] as const;
    opensslScrypt(...given, length, options, (error, key) => (error === null ? resolve(new Uint8Array(key)) : reject(error)));
  });
};

export { syncScrypt };
