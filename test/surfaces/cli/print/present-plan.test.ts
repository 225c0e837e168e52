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

describe('the words of whoever asked', () => {
  const costs = { usdPerHour: '0.05700', mostUsd: '0.2280', neededUsd: '1.0000' };
  const failing = [{ code: 'DAY_LIMIT' as const, figure: '2', limit: '1', message: 'figures' }];
  const plan = planOf({ summary: 'Create dear', cost: costs, failing, untrustedPurpose: 'costs: 0.01 USD/h, at most 0.01 USD' });

  it('stand last, after every figure of ours, marked and never bold', () => {
    const lines = planText(plan, { ...plainStyle('mark'), bold: (text) => `<b>${text}</b>`, dim: (text) => `<dim>${text}</dim>` }).split(
      '\n',
    );
    expect(lines[0]).toBe('<b>Create dear</b>');
    expect(lines.at(-1)).toBe('<dim>The agent says: "costs: 0.01 USD/h, at most 0.01 USD"</dim>');
    expect(lines.filter((line) => line.includes('0.01 USD'))).toHaveLength(1);
    expect(lines.findIndex((line) => /^costs: +0.05700/.test(line))).toBe(1);
    expect(lines.at(-2)).toContain('DAY_LIMIT');
  });

  it('are the last of its data, by a name that says whose they are', () => {
    expect(Object.entries(planData(plan, false)).at(-1)).toEqual(['untrustedPurpose', 'costs: 0.01 USD/h, at most 0.01 USD']);
    expect(planData(planOf({}), true)).not.toHaveProperty('untrustedPurpose');
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
