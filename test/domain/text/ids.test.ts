import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalId, base32, operationId } from '../../../src/domain/text/ids.ts';

const fiveBytes = fc.uint8Array({ minLength: 5, maxLength: 5 });

describe('ids', () => {
  it('have a prefix and eight digits', () => {
    fc.assert(fc.property(fiveBytes, (bytes) => /^op_[0-9a-hjkmnp-tv-z]{8}$/.test(operationId(bytes))));
    fc.assert(fc.property(fiveBytes, (bytes) => /^ap_[0-9a-hjkmnp-tv-z]{8}$/.test(approvalId(bytes))));
  });

  it('keep every bit: different bytes, different ids', () => {
    fc.assert(fc.property(fiveBytes, fiveBytes, (a, b) => (operationId(a) === operationId(b)) === (Buffer.compare(a, b) === 0)));
    expect(base32(Uint8Array.of(0, 0, 0, 0, 0), 8)).toBe('00000000');
    expect(base32(Uint8Array.of(255, 255, 255, 255, 255), 8)).toBe('zzzzzzzz');
    expect(base32(Uint8Array.of(0x08, 0x42), 3)).toBe('111');
  });

  it('are not made from too few bytes', () => {
    expect(() => operationId(new Uint8Array(4))).toThrow(RangeError);
  });
});
