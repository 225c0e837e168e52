import { describe, expect, it, test } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { ApprovalRecord } from '../../../src/domain/ledger/ledger-records.ts';
import { isAboutTheSame } from '../../../src/domain/plan/is-about-the-same.ts';
import { makePlan } from '../../../src/domain/plan/make-plan.ts';
import type { Plan, PlanAction, PlanSubjects } from '../../../src/domain/plan/plan.ts';
import { planKinds } from '../../../src/domain/plan/plan-kinds.ts';
import { readPlan } from '../../../src/domain/plan/read-plan.ts';
import { subjects } from './subjects.ts';

const actions = Object.keys(planKinds) as PlanAction[];
const account = `0x${'a1'.repeat(20)}`;

/** A plan of this kind as a row has it. */
const stored = (action: PlanAction, subject: unknown = subjects[action]): Plan =>
  JSON.parse(
    JSON.stringify(
      makePlan(1, {
        action,
        terms: { account, action },
        subject: subject as PlanSubjects[PlanAction],
        summary: `To ${action}.`,
        verdict: 'approve',
        failing: [
          { code: 'APPROVAL_NEEDED', figure: 'ci', limit: '', message: 'A person decides.', subject: { of: 'protection', vm: 'cd' } },
        ],
        checks: [{ ok: false, code: 'RATE_LIMITED', figure: '4', limit: '3', message: 'Too many.', retryAfterSeconds: 30 }],
        cost: { usdPerHour: '0.01425', mostUsd: '0.0570', neededUsd: '0.3990' },
        choice: { crns: ['c0c0c0c0c0c0'], why: 'best' },
        notes: ['A note.'],
      }),
    ),
  ) as Plan;

const rowOf = (plan: unknown): ApprovalRecord => ({
  id: 'ap_1',
  network: 'devnet',
  account,
  agent: null,
  planId: (plan as Plan).id,
  plan,
  argumentsDigest: 'digest',
  state: 'granted',
  requestedAt: 1,
  decidedAt: 2,
  decidedBy: 'terminal',
  expiresAt: 3,
  usedBy: null,
  payer: account,
  policyVersion: 0,
  nonce: `0x${'01'.repeat(32)}`,
  purpose: null,
  signature: null,
  networkId: '',
});

type Path = readonly (string | number)[];

/** Every place in a value, the value itself among them. */
const placesIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, Array.isArray(value) ? Number(name) : name]))]
    : [path];

const changed = (value: unknown, path: Path, change: (holder: Record<string, unknown>, name: string) => void): unknown => {
  const copy = structuredClone(value);
  const holder = path.slice(0, -1).reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], copy);
  change(holder as Record<string, unknown>, String(path.at(-1)));
  return copy;
};

const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'read';
  } catch (thrown) {
    return thrown instanceof Failure ? `${thrown.code} ${thrown.details.facts?.['approval']}` : String(thrown);
  }
};

/** What may be left out, and what is looked into by nobody: it is hashed, or it has keys of its own. */
const mayGo =
  /^(choice|notes|failing\.0\.(subject|retryAfterSeconds|ok)|checks\.0\.(subject|retryAfterSeconds))$|^subject\.(acceptedTerms|gpus|guestTimer|envelope|spec\.(gpus|confidential)|agents(\.ci\.limits\.maxVms)?)$/;
const free = /^terms\.|^subject\.(acceptedTerms|tasks|gpus|limits|agents)\.[^.]+$/;
/** Lists that may be empty. */
const mayBeEmpty = /\.\d+$/;

describe.each(actions)('a stored plan to %s', (action) => {
  const plan = stored(action);

  it('is read as it was written', () => {
    expect(readPlan(rowOf(plan))).toBe(plan);
  });

  it('LEDGER_UNREADABLE with any member missing', () => {
    const goes = placesIn(plan)
      .filter((path) => path.length > 0)
      .filter((path) => {
        const name = path.join('.');
        const meant = action === 'approve envelope' ? name.replace(/^subject\.envelope$/, 'subject.needed') : name;
        return !mayGo.test(meant) && !free.test(name) && !mayBeEmpty.test(name);
      })
      .filter(
        (path) => codeOf(() => readPlan(rowOf(changed(plan, path, (holder, name) => delete holder[name])))) !== 'LEDGER_UNREADABLE ap_1',
      );
    expect(goes.map((path) => path.join('.'))).toEqual([]);
  });

  it('LEDGER_UNREADABLE with anything in the place of something else', () => {
    const wrong = { not: { what: ['was', 'written'] } };
    const goes = placesIn(plan)
      .filter((path) => path.length > 0 && !/^terms/.test(path.join('.')))
      .filter((path) => {
        const edited = changed(plan, path, (holder, name) => {
          holder[name] = wrong;
        });
        return codeOf(() => readPlan(rowOf(edited))) !== 'LEDGER_UNREADABLE ap_1';
      });
    expect(goes.map((path) => path.join('.'))).toEqual([]);
  });

  it('LEDGER_UNREADABLE with a member that nobody wrote', () => {
    const edited = changed(plan, ['subject', 'more'], (holder, name) => {
      holder[name] = 'x';
    });
    expect(codeOf(() => readPlan(rowOf(edited)))).toBe('LEDGER_UNREADABLE ap_1');
  });

  it('is about the same as itself, and as no plan of another kind with the same subject', () => {
    expect(isAboutTheSame(plan, plan)).toBe(true);
    for (const other of actions.filter((each) => each !== action)) {
      const disguised = { ...plan, action: other } as Plan;
      expect(isAboutTheSame(plan, disguised) || isAboutTheSame(disguised, plan)).toBe(false);
    }
  });

  it('makes a message of our own, which names the plan that was stored', () => {
    const { message, primaryType } = approvalMessage(rowOf(plan));
    expect(primaryType === 'PolicySeal' ? message['limitsHash'] : message['plan']).toMatch(/^0x[0-9a-f]{64}$/);
  });
});

test('a plan of no kind, or none at all, is LEDGER_UNREADABLE', () => {
  for (const plan of [
    null,
    [],
    'plan',
    {},
    { ...stored('vm destroy'), action: 'vm clone' },
    { ...stored('vm destroy'), action: 'toString' },
  ]) {
    expect(codeOf(() => readPlan({ id: 'ap_1', plan }))).toBe('LEDGER_UNREADABLE ap_1');
  }
});

test('what a plan is bound to tells two of a kind apart', () => {
  const apart = (action: PlanAction, patch: object): boolean =>
    !isAboutTheSame(stored(action), stored(action, { ...subjects[action], ...patch }));
  expect(apart('vm extend', { from: { expiresAt: 5, ttlSeconds: 3600, hold: '14250' } })).toBe(true);
  expect(apart('vm extend', { from: { ...subjects['vm extend'].from, hold: '1' } })).toBe(false);
  expect(apart('vm adopt', { vm: 'other' })).toBe(true);
  expect(apart('vm reinstall', { id: 'other' })).toBe(true);
  expect(apart('vm protect', { id: 'other' })).toBe(true);
  expect(apart('gc carrier export', { id: 'other' })).toBe(true);
  expect(apart('vm redeploy', { old: 'other' })).toBe(true);
  expect(apart('vm destroy', { ids: ['other'] })).toBe(true);
  expect(apart('vm destroy', { ids: [] })).toBe(false);
  expect(apart('freeze', { ids: ['other'] })).toBe(true);
  expect(apart('thaw', { upTo: 2 })).toBe(true);
  expect(apart('ledger take-over', { replaces: 'other' })).toBe(true);
  expect(apart('policy set', { previous: 'other' })).toBe(true);
  expect(apart('policy approver set', { from: null })).toBe(true);
});

test('each kind is taken by a command that there is', () => {
  const names = new Set<string>(registry.map(({ name }) => name));
  const strange = Object.values(planKinds).flatMap(({ takenBy }) => (takenBy === null || names.has(takenBy) ? [] : [takenBy]));
  expect(strange).toEqual([]);
});
