import { describe, expect, it } from 'vitest';
import type { AnyPlan } from '../../../../src/domain/plan/plan.ts';
import { plainStyle } from '../../../../src/surfaces/cli/print/plain-style.ts';
import { planData, planText } from '../../../../src/surfaces/cli/print/present-plan.ts';
import { terminalStyle } from '../../../../src/surfaces/cli/print/terminal-style.ts';
import { planOf } from '../../../support/cli-world.ts';

const verdict = (patch: Parameters<typeof planOf>[0]): string | undefined =>
  /^limits: +(.*)$/m.exec(planText(planOf(patch), plainStyle('mark')))?.[1];

describe('the plan for a person', () => {
  it('waits for an approval as long as its phrase is not typed', () => {
    expect(verdict({ verdict: 'allow', consentPhrase: '0.2280', approval: null })).toBe('needs your approval');
    expect(verdict({ verdict: 'allow', consentPhrase: '0.2280', approval: 'ap_1' })).toBe('allowed');
  });

  it('says what the policy says otherwise', () => {
    expect(verdict({ verdict: 'allow' })).toBe('allowed');
    expect(verdict({ verdict: 'approve' })).toBe('needs your approval');
    expect(verdict({ verdict: 'deny' })).toBe('refused');
  });
});

describe('an approval', () => {
  const accountOf = (action: string, terms: object): string | undefined =>
    /^account: +(.*)$/m.exec(planText({ ...planOf(), action, terms } as AnyPlan, plainStyle('mark')))?.[1];

  it('says whose spending it is about, and who pays where that is another', () => {
    expect(accountOf('approve', { account: '0xa', payer: '0xa' })).toBe('0xa');
    expect(accountOf('approve envelope', { account: '0xa', payer: '0xb' })).toBe('0xa, paid by 0xb');
    expect([accountOf('approve', {}), accountOf('vm create', { account: '0xa' })]).toEqual([undefined, undefined]);
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
    expect(lines.findIndex((line) => /^cost: +0.05700/.test(line))).toBe(1);
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

describe('the plan of a VM, which a stranger reads once', () => {
  const check = (ok: boolean) =>
    ({ code: 'BURN_LIMIT', ok, figure: '2', limit: '1', message: 'All VMs together would cost 2 USD/h, the policy allows 1.' }) as const;
  const spec = { vcpus: 2, memoryMib: 4096, diskMib: 40_960, image: 'debian12' };
  const plan = planOf({
    action: 'vm create' as never,
    subject: { name: 'ci', spec, ttlSeconds: 14_400, account: 'a', payer: 'a', envelope: null } as never,
    summary: 'Create ci: 2 vCPU, 4096 MiB, for 4h, at most 0.1140 USD',
    cost: { usdPerHour: '0.0285', mostUsd: '0.1140', neededUsd: '0.7980' },
    choice: { crns: ['c5abbce8ccb0', '66e396f62321', 'df81d66f609b'], why: 'score 0.96, 54 GiB free, 58 ms' },
    notes: ['A timer inside the VM destroys it at expiry. Anyone who can read its disk could trigger that early.'],
    checks: [check(true), check(false)],
    failing: [check(false)],
    verdict: 'deny',
  });

  it('is ten rows at most at 80 columns, in this order', () => {
    const lines = planText(plan, terminalStyle({ width: 80, colour: false, mark: '' })).split('\n');
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.map((line) => line.split(/[: ]/)[0])).toEqual([
      'Create',
      'cost',
      'balance',
      'node',
      'why',
      'limits',
      'plan',
      'A',
      'trigger',
      '',
    ]);
    expect(lines[0]).toBe('Create ci  2 vCPU · 4 GiB · 40 GiB disk · debian12');
    expect(lines[1]).toMatch(/^cost: +0\.0285 USD\/h for 4h, at most 0\.1140 USD$/);
    expect(lines[3]).toMatch(/^node: +c5abbce8ccb0; if it fails 66e396f62321, then df81d66f609b$/);
    expect(lines[5]).toMatch(/^limits: +refused, 1 of 2 checks pass$/);
  });

  it('says who pays where another account does, and out of which envelope', () => {
    const delegated = { ...plan, subject: { ...(plan.subject as object), payer: 'b', envelope: 'ap_1' } } as never;
    expect(planText(delegated, plainStyle(''))).toContain('at most 0.1140 USD, paid by b, out of envelope ap_1');
  });
});
