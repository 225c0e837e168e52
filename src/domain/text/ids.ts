/** Crockford's base 32: no i, l, o or u, so that nobody misreads an id. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Five bits a digit from the front of `bytes`; needs ceil(count × 5 / 8) bytes. */
export const base32 = (bytes: Uint8Array, count: number): string => {
  if (bytes.length * 8 < count * 5) throw new RangeError(`${count} base32 digits need more than ${bytes.length} bytes`);
  return Array.from({ length: count }, (_, index) => {
    const bit = index * 5;
    const pair = (bytes[bit >> 3]! << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    return digits[(pair >> (11 - (bit & 7))) & 31];
  }).join('');
};

/** `op_` and 8 digits, from 5 random bytes. */
export const operationId = (bytes: Uint8Array): string => `op_${base32(bytes, 8)}`;

/** `ap_` and 8 digits, from 5 random bytes. */
export const approvalId = (bytes: Uint8Array): string => `ap_${base32(bytes, 8)}`;
