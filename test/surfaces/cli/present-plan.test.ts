import { describe, expect, it } from 'vitest';
import { plainStyle } from '../../../src/surfaces/cli/plain-style.ts';
import { planText } from '../../../src/surfaces/cli/present-plan.ts';
import { planOf } from '../../support/cli-world.ts';

const verdict = (patch: Parameters<typeof planOf>[0]): string | undefined =>
  /^verdict: +(.*)$/m.exec(planText(planOf(patch), plainStyle('mark')))?.[1];

describe('the plan for a person', () => {
  it('waits for an approval as long as its phrase is not typed', () => {
    expect(verdict({ verdict: 'allow', consentPhrase: '0.2280', approval: null })).toBe('waits for your approval');
    expect(verdict({ verdict: 'allow', consentPhrase: '0.2280', approval: 'ap_1' })).toBe('allowed');
  });

  it('says what the policy says otherwise', () => {
    expect(verdict({ verdict: 'allow' })).toBe('allowed');
    expect(verdict({ verdict: 'approve' })).toBe('needs a person');
    expect(verdict({ verdict: 'deny' })).toBe('refused');
  });
});
