import { describe, expect, it } from 'vitest';
import { policyOutput, toPolicyOutput } from '../../../src/contract/outputs/policy-output.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';

describe('a policy as output', () => {
  const record = {
    account: '0x1',
    network: 'devnet',
    version: 0,
    limits: defaultLimits,
    tasks: {},
    acknowledgedBalance: null,
    setAt: 0,
    approver: null,
  };
  const standing = { unsealed: null, broken: null, frozenSince: null, funder: null };

  it('was authorised never, or at a time', () => {
    const never = toPolicyOutput({ ...record, ...standing, authorisedAt: 0, setBy: 'default' }, []);
    expect(policyOutput.parse(never).authorisedAt).toBeNull();
    const once = toPolicyOutput({ ...record, ...standing, authorisedAt: Date.parse('2026-11-20T12:00:00Z'), setBy: 'person' }, []);
    expect(policyOutput.parse(once).authorisedAt).toBe('2026-11-20T12:00:00Z');
  });
});
