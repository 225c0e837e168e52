import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../src/domain/failure/failure-codes.ts';
import { bySeverity } from '../../../src/domain/failure/severity.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';

describe('gravity (product.md §3)', () => {
  it('is usage, auth, deny, credits, wait, approval', () => {
    const codes: FailureCode[] = [
      'APPROVAL_NEEDED',
      'RATE_LIMITED',
      'CREDIT_RESERVE_SHORT',
      'TTL_TOO_LONG',
      'KEY_MISSING',
      'USAGE',
      'DAY_LIMIT',
    ];
    const sorted = bySeverity(codes.map((code) => ({ code }))).map(({ code }) => code);
    expect(sorted).toEqual([
      'USAGE',
      'KEY_MISSING',
      'TTL_TOO_LONG',
      'DAY_LIMIT',
      'CREDIT_RESERVE_SHORT',
      'RATE_LIMITED',
      'APPROVAL_NEEDED',
    ]);
  });
});

describe('the digest of arguments (conventions.md §5.1)', () => {
  const input = { name: 'ci', cu: 2, ttl: 14_400 };

  it('leaves out how to wait, repeat and consent', () => {
    const same = { ...input, wait: false, requestId: 'x', ifExists: 'return', approval: 'ap_1', sshKey: undefined };
    expect(argumentsDigest('vm create', same)).toBe(argumentsDigest('vm create', input));
  });

  it('differs with the command and with each argument', () => {
    const all = [
      argumentsDigest('vm create', input),
      argumentsDigest('vm extend', input),
      argumentsDigest('vm create', { ...input, cu: 3 }),
    ];
    expect(new Set(all).size).toBe(3);
  });
});
