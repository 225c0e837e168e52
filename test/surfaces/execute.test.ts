import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/domain/failure/failure.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { argumentsDigest } from '../../src/domain/text/arguments-digest.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import type { Consent, Person } from '../../src/surfaces/consent.ts';
import { type Call, type Executed, execute } from '../../src/surfaces/execute.ts';
import { silentTerminal } from '../support/approval/silent-terminal.ts';
import { boxCommands, planOf } from '../support/cli-world.ts';

const check = (code: Check['code'], patch: Partial<Check> = {}): Check => ({
  code,
  figure: '4',
  limit: '3',
  message: `${code} it is.`,
  ...patch,
});

interface Outcome {
  executed: Executed | null;
  failure: Failure | null;
  applied: { plan: Plan; input: unknown }[];
  asked: string[];
}

/** One call of `box open red` under this plan. */
const call = async (plan: Plan, patch: Partial<Call> & { granted?: Plan | null; answers?: boolean } = {}): Promise<Outcome> => {
  const applied: { plan: Plan; input: unknown }[] = [];
  const asked: string[] = [];
  const [open] = boxCommands(plan, applied);
  const context = { caller: { payer: null }, progress: { phase: () => {} } } as unknown as ChangeContext;
  const consent: Consent = {
    take: async (_context, request) => {
      asked.push(`take ${request.approval} ${request.argumentsDigest === argumentsDigest('box open', { name: 'red', size: 1 })}`);
      return patch.granted ?? null;
    },
    request: async () => {
      asked.push('request');
      return { id: 'ap_1', expiresAt: '2026-12-02T00:00:00Z', plan, approver: null, quote: null };
    },
    grant: async (_context, id) => {
      asked.push(`grant ${id}`);
      return { ...plan, approval: id };
    },
    release: async (_context, id) => void asked.push(`release ${id}`),
  };
  try {
    const executed = await execute({
      command: open!,
      raw: { name: 'red' },
      contexts: { read: async () => context as never, change: async () => context },
      consent: async () => consent,
      person: null,
      terminal: silentTerminal,
      dryRun: false,
      yes: false,
      approval: null,
      undeclared: 'refuse',
      ...patch,
    });
    return { executed, failure: null, applied, asked };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { executed: null, failure: thrown, applied, asked };
  }
};

const person = (answer: boolean, heard: string[] = []): Person => ({
  confirm: async () => {
    heard.push('confirm');
    return answer;
  },
  approve: async (_plan, phrase) => {
    heard.push(`approve ${phrase}`);
    return answer;
  },
  choose: async ({ choices, start }) => choices[start]!,
  answer: async () => '',
});

describe('verdicts (conventions.md §4)', () => {
  it('allow runs at once where nobody is at a terminal', async () => {
    const { executed, applied, asked } = await call(planOf());
    expect(executed).toMatchObject({ kind: 'result', exit: 0, data: { name: 'red' } });
    expect(applied).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it('deny is the failure of the gravest check, with all of them', async () => {
    const failing = [check('RATE_LIMITED', { retryAfterSeconds: 12 }), check('CREDIT_RESERVE_SHORT'), check('TOO_MANY_VMS')];
    const { failure, applied } = await call(planOf({ verdict: 'deny', failing }));
    expect(failure?.code).toBe('TOO_MANY_VMS');
    expect(failure?.exit).toBe(4);
    expect(failure?.message).toBe('TOO_MANY_VMS it is; 2 more checks fail.');
    expect(failure?.details.checks?.map(({ code }) => code)).toEqual(['TOO_MANY_VMS', 'CREDIT_RESERVE_SHORT', 'RATE_LIMITED']);
    expect(failure?.details.retryAfterSeconds).toBe(12);
    expect(applied).toEqual([]);
  });

  it('approve without a person stores the plan and ends with 10 (W-044)', async () => {
    const { failure, applied, asked } = await call(planOf({ verdict: 'approve', consentPhrase: '0.2280' }), { yes: true });
    expect(failure?.code).toBe('APPROVAL_NEEDED');
    expect(failure?.exit).toBe(10);
    expect(failure?.details.facts).toMatchObject({ approval: 'ap_1' });
    expect(failure?.details.fix).toMatchObject({ actor: 'human', command: 'aleph-agent approve ap_1' });
    expect(asked).toEqual(['take null true', 'request']);
    expect(applied).toEqual([]);
  });

  it('approve takes the plan that was granted for the same arguments meanwhile', async () => {
    const granted = planOf({ id: 'cd'.repeat(32), approval: 'ap_1' });
    const { applied, asked } = await call(planOf({ verdict: 'approve' }), { granted });
    expect(applied.map(({ plan }) => plan)).toEqual([granted]);
    expect(asked).toEqual(['take null true']);
  });

  it('--approval takes the stored plan without making a new one', async () => {
    const granted = planOf({ approval: 'ap_9' });
    const { applied, asked } = await call(planOf({ verdict: 'deny', failing: [check('TOO_MANY_VMS')] }), { approval: 'ap_9', granted });
    expect(asked).toEqual(['take ap_9 true']);
    expect(applied).toHaveLength(1);
  });

  it('XA-15 --dry-run gives the plan whatever the verdict, and asks nobody', async () => {
    const plan = planOf({ verdict: 'deny', failing: [check('TOO_MANY_VMS')] });
    const { executed, applied, asked } = await call(plan, { dryRun: true, person: person(true) });
    expect(executed).toEqual({ kind: 'plan', plan });
    expect([...applied, ...asked]).toEqual([]);
  });
});

describe('a person at a terminal', () => {
  it('is asked before money is spent, and not with --yes', async () => {
    const heard: string[] = [];
    expect((await call(planOf(), { person: person(false, heard) })).failure?.code).toBe('DECLINED');
    expect(heard).toEqual(['confirm']);
    expect((await call(planOf(), { person: person(false, heard), yes: true })).applied).toHaveLength(1);
    expect(heard).toEqual(['confirm']);
  });

  it('types the amount for what policy does not let pass, --yes or not', async () => {
    const heard: string[] = [];
    const plan = planOf({ verdict: 'approve', consentPhrase: '0.2280' });
    const done = await call(plan, { person: person(true, heard), yes: true });
    expect(heard).toEqual(['approve 0.2280']);
    expect(done.applied[0]?.plan.approval).toBe('ap_1');
    expect(done.asked).toEqual(['take null true', 'request', 'grant ap_1']);
    const refused = await call(plan, { person: person(false), yes: true });
    expect([refused.failure?.code, refused.applied]).toEqual(['DECLINED', []]);
    expect(refused.asked).toEqual(['take null true', 'request', 'release ap_1']);
  });

  it('types the phrase of what is allowed to persons only; nobody else can', async () => {
    const plan = planOf({ consentPhrase: '0.10' });
    expect((await call(plan, { yes: true })).failure?.exit).toBe(4);
    expect((await call(plan, { person: person(true), yes: true })).applied).toHaveLength(1);
  });
});

describe('input', () => {
  it('names every problem at once: the flag, the value, what would be right', async () => {
    const { failure } = await call(planOf(), { raw: { name: 'Red!', size: 40, colour: 'x' } });
    expect(failure?.code).toBe('USAGE');
    expect(failure?.details.checks).toEqual([
      { code: 'USAGE', figure: 'Red!', limit: 'small letters', message: 'NAME "Red!" is not right: it takes small letters' },
      {
        code: 'USAGE',
        figure: '40',
        limit: 'a whole number of 1 to 12',
        message: '--size "40" is not right: it takes a whole number of 1 to 12',
      },
      { code: 'USAGE', figure: 'colour', limit: 'name, size, wait', message: '"colour" is no input here (nearest: name, size, wait)' },
    ]);
  });

  it('is INPUT_MISSING, with the exact command, where only values are missing', async () => {
    const { failure } = await call(planOf(), { raw: {} });
    expect(failure?.code).toBe('INPUT_MISSING');
    expect(failure?.message).toBe('NAME is missing.');
    expect(failure?.details.fix?.text).toBe('Give it: aleph-agent box open NAME');
  });

  it('reaches apply with its defaults', async () => {
    expect((await call(planOf())).applied[0]?.input).toEqual({ name: 'red', size: 1, wait: true });
  });
});
