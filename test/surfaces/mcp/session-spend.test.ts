import { expect, it } from 'vitest';
import type { AnyPlan } from '../../../src/domain/plan/plan.ts';
import { sessionSpend } from '../../../src/surfaces/mcp/session-spend.ts';

const create = (mostUsd: string): AnyPlan =>
  ({ action: 'vm create', subject: {}, cost: { usdPerHour: '0.01', mostUsd, neededUsd: '1' } }) as unknown as AnyPlan;

it('W-14A a call that failed gives its count back where it held nothing, and keeps it where it did, whatever the failure says', () => {
  const spend = sessionSpend(100_000n);
  let held = false;
  const first = spend(() => held)(create('0.06'));
  expect(() => spend(() => false)(create('0.05'))).toThrow('0.0600 are taken');
  first.failed();
  const second = spend(() => held)(create('0.06'));
  held = true;
  second.failed();
  expect(() => spend(() => false)(create('0.05'))).toThrow('would take 0.0500 more');
});

it('W-14A a replay of what is there already costs nothing more', () => {
  const spend = sessionSpend(100_000n);
  spend(() => true)(create('0.06')).replayed();
  expect(() => spend(() => true)(create('0.10'))).not.toThrow();
});

it('W-14A an extension counts the longer lifetime alone, and a failed one keeps its count once it has held', () => {
  const spend = sessionSpend(100_000n);
  const subject = { from: { hold: '50000' }, to: { hold: '110000' }, rate: '1' };
  const extend = { action: 'vm extend', subject, cost: { usdPerHour: '0.01', mostUsd: '0.11', neededUsd: '1' } } as unknown as AnyPlan;
  spend(() => true)(extend).failed();
  expect(() => spend(() => false)(create('0.05'))).toThrow('0.0600 are taken');
});
