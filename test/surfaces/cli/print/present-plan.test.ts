import { describe, expect, it } from 'vitest';
import { plainStyle } from '../../../../src/surfaces/cli/print/plain-style.ts';
import { planData, planText } from '../../../../src/surfaces/cli/print/present-plan.ts';
import { planOf } from '../../../support/cli-world.ts';

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

describe('the plan as data', () => {
  const check = (code: 'BURN_LIMIT' | 'DAY_LIMIT', ok: boolean) => ({ code, ok, figure: '2', limit: ok ? '3' : '1', message: 'figures' });
  const plan = planOf({ checks: [check('BURN_LIMIT', true), check('DAY_LIMIT', false)] });

  it('is short: what stands against it, and how many checks do not', () => {
    expect(planData(plan, false)).toMatchObject({ checks: [{ code: 'DAY_LIMIT', ok: false, figure: '2', limit: '1' }], passed: 1 });
  });

  it('has every check with figure and limit where all is asked for', () => {
    expect(planData(plan, true)).toMatchObject({ checks: [check('BURN_LIMIT', true), check('DAY_LIMIT', false)], passed: 1 });
  });
});
