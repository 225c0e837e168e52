import { scryptSync } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { scrypt } from '../../../src/adapters/keystore/scrypt.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// RFC 7914 §12
it.each([
  [
    '',
    '',
    16,
    1,
    1,
    '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
  ],
  [
    'password',
    'NaCl',
    1024,
    8,
    16,
    'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
  ],
] as const)('gives what the standard gives for %j and %j', async (password, salt, iterations, blockSize, parallel, wanted) => {
  expect(hex(await scrypt(text(password), text(salt), iterations, blockSize, parallel, 64))).toBe(wanted);
});

it('takes the parameters of early keystores, which OpenSSL refuses', async () => {
  expect(() => scryptSync('password', 'salt', 64, { N: 65_536, r: 1, p: 1, maxmem: 2 ** 28 })).toThrow();
  const progress = vi.fn();
  expect(hex(await scrypt(text('password'), text('salt'), 65_536, 1, 1, 32, progress))).toMatch(/^[0-9a-f]{64}$/);
  expect(progress).toHaveBeenCalled();
});
