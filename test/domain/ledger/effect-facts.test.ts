import { expect, it, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import type { EffectPoint } from '../../../src/domain/ledger/effect-points.ts';
import type { EffectRecord } from '../../../src/domain/ledger/ledger-records.ts';

const rowOf = (point: EffectPoint, facts: unknown): EffectRecord => ({
  seq: 7,
  at: 1,
  point,
  network: 'devnet',
  account: '0x01',
  agent: null,
  task: null,
  operation: null,
  vm: null,
  outcome: '',
  credits: null,
  latencyMs: null,
  facts: facts as object,
  previousHash: '',
  hash: '',
});

const approval = { approval: 'ap_1', plan: 'ab', nonce: '0x01' };
const policy = { version: 2, limits: { maxVms: '3' }, tasks: { ci: 5n }, approver: null, overlay: { maxVms: 2 }, overlayTasks: {} };

const signed = { message: { from: '0x02', to: '0x03' }, signature: '0x0405', networkId: '' };
const setNow = { ...policy, authorisedAt: 0, change: null, byRoot: false, rootPolicy: false, balance: null };

/** What is read back, as it is written now, and as it was before all of that was. */
const read: readonly [EffectPoint, object][] = [
  ['policy.set', setNow],
  ['policy.set', { ...setNow, change: signed }],
  ['policy.set', policy],
  ['policy.set', { ...policy, approver: '0x02' }],
  ['policy.set', { version: 1, limits: { maxVms: '3' } }],
  ['policy.set', { version: 1, limits: { maxVms: '3' }, approver: '0x02', overlay: {} }],
  ['approval.use', approval],
  ['approval.use', { ...approval, taken: '57000' }],
  ['approval.use', { approval: 'ap_1', plan: 'ab' }],
  ['freeze.set', { freeze: 1 }],
  ['create.processed', { priceAgreed: true, creditsPerSecond: '3.95' }],
  ['create.processed', { priceAgreed: false }],
  ['create.processed', {}],
  ['create.published', {}],
  ['create.published', { rejection: -1, reason: 'credits' }],
  ['destroy.begin', {}],
  ['destroy.begin', { reason: 'the node refused it' }],
  ['destroy.published', { forget: 'ab' }],
  ['watch.silence', { who: 'node' }],
];

it.each(read)('what %s writes is read as it is', (point, facts) => {
  expect(factsOf(point, rowOf(point, facts))).toBe(facts);
});

it.each(read)('%s: LEDGER_UNREADABLE with anything else in its place, or beside it', (point, facts) => {
  const edited = [
    null,
    [],
    'x',
    { ...facts, more: 1 },
    // An overlay is any object here: what it comes to, the policy's own reader checks.
    ...Object.keys(facts)
      .filter((name) => name !== 'overlay')
      .map((name) => ({ ...facts, [name]: { not: ['what', 'was', 'written'] } })),
  ];
  const overlooked = edited.filter((each) => {
    try {
      return factsOf(point, rowOf(point, each)) !== null;
    } catch (thrown) {
      return !(thrown instanceof Failure && thrown.code === 'LEDGER_UNREADABLE' && thrown.details.facts?.['row'] === 7);
    }
  });
  expect(overlooked).toEqual([]);
});

test('who approves is not guessed: a change of policy without its version, or with half an approver, says nothing', () => {
  for (const facts of [{}, { ...policy, version: undefined }, { ...policy, version: '2' }, { ...policy, approver: 5 }, { limits: {} }]) {
    expect(() => factsOf('policy.set', rowOf('policy.set', facts))).toThrow(
      /Row 7 of the audit trail \(policy.set\) cannot be read: facts/,
    );
  }
});
