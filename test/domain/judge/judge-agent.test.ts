import { describe, expect, it, test } from 'vitest';
import type { Slice } from '../../../src/domain/agents/slice.ts';
import { type Case, judge } from '../../../src/domain/judge/judge.ts';
import { figures, fresh, hour, noon, operation, vm } from './judge-case.ts';

const slice = (limits: Partial<Slice['limits']> = {}, patch: Partial<Slice> = {}): Slice => ({
  limits: { maxTotalCredits: '200000', ...limits },
  payer: '0xa',
  since: noon - 10 * hour,
  until: null,
  commands: [],
  exec: false,
  terms: false,
  ...patch,
});

const byAgent = (of: Slice | null, patch: Partial<Case> = {}): Case =>
  fresh({ agent: { name: 'ci', slice: of, family: ['ci'], above: null }, ...patch });
const failing = (given: Case): string[] => judge(given).failing.map(({ code }) => code);
const rows = (agent: string | null, count: number) =>
  Array.from({ length: count }, (_, place) => vm(`${agent ?? 'own'}-${place}`, { agent, operation: `op_${agent}_${place}` }));

describe('an agent is judged by its slice', () => {
  it('spends up to it, over its own VMs alone', () => {
    // 57,000 credits each, held for 4 h
    expect(failing(byAgent(slice(), { rows: { vms: rows('ci', 2), operations: [] } }))).toEqual([]);
    expect(failing(byAgent(slice({ maxTotalCredits: '170999' }), { rows: { vms: rows('ci', 2), operations: [] } }))).toEqual([
      'TOTAL_LIMIT',
    ]);
    expect(failing(byAgent(slice({ maxTotalCredits: '57000' }), { rows: { vms: rows('other', 2), operations: [] } }))).toEqual([]);
    expect(failing(byAgent(slice({ maxVms: '1' }), { rows: { vms: rows('other', 2), operations: [] } }))).toEqual([]);
    expect(failing(byAgent(slice({ maxVms: '1' }), { rows: { vms: rows('ci', 1), operations: [] } }))).toEqual(['TOO_MANY_VMS']);
  });

  it('what an agent had before its slice began does not count, what is dormant and held does', () => {
    const old = vm('old', {
      agent: 'ci',
      state: 'terminated',
      signedAt: noon - 20 * hour,
      expiresAt: noon - 16 * hour,
      terminatedAt: noon - 16 * hour,
    });
    const held = vm('held', { agent: 'ci', state: 'dormant' });
    const given = slice({ maxTotalCredits: '113999' });
    expect(failing(byAgent(given, { rows: { vms: [{ ...old, settled: true }], operations: [] } }))).toEqual([]);
    expect(failing(byAgent(given, { rows: { vms: [held], operations: [] } }))).toEqual(['TOTAL_LIMIT']);
  });

  it('what the network shows and no row explains counts against every slice', () => {
    const listed = [
      { id: 'stray', owner: '0xa', ours: true, signedAt: noon - hour, expiresAt: noon + 3 * hour, statuses: [] },
    ] as unknown as Case['figures']['listed'];
    expect(failing(byAgent(slice({ maxVms: '1' }), { figures: figures(10_000_000n, { listed }) }))).toEqual(['TOO_MANY_VMS']);
    const spent = [{ vm: 'gone', credits: 150_000n, at: noon - hour }];
    expect(failing(byAgent(slice(), { figures: figures(10_000_000n, { spent }) }))).toEqual(['TOTAL_LIMIT']);
    const explained = { vms: [vm('gone', { agent: 'other', state: 'terminated', settled: true, billed: 150_000n })], operations: [] };
    expect(failing(byAgent(slice(), { figures: figures(10_000_000n, { spent }), rows: explained }))).toEqual([]);
  });

  it('who is not let in, whose time is over, and at another payer’s cost: nothing is spent', () => {
    expect(failing(byAgent(null))).toEqual(['AGENT_REFUSED']);
    expect(failing(byAgent(slice({}, { until: noon })))).toEqual(['AGENT_REFUSED']);
    expect(failing(byAgent(slice({}, { until: noon + 1 })))).toEqual([]);
    expect(failing(byAgent(slice({}, { payer: '0xb' })))).toEqual(['AGENT_REFUSED']);
  });
});

describe('the account’s limits hold beside it', () => {
  it('fail as one check without figures, whatever it is that others use up', () => {
    const others = { vms: rows('other', 3), operations: [] };
    const { failing: found, cost } = judge(byAgent(slice(), { rows: others, figures: figures(200_000n) }));
    expect(found.map(({ code, figure, limit }) => [code, figure, limit])).toEqual([['OWNER_LIMIT', 'no room', 'room']]);
    expect(JSON.stringify(judge(byAgent(slice(), { rows: others })).checks)).not.toMatch(/RESERVE|GUARD|DAY_LIMIT.*4\.|VM 4/);
    expect(cost.neededUsd).toBe(cost.mostUsd);
  });

  it('for the owner they are what they were, agents’ VMs among what counts', () => {
    expect(failing(fresh({ rows: { vms: rows('ci', 3), operations: [] } }))).toContain('TOO_MANY_VMS');
  });
});

test('failures of one caller pause nobody else; ten times the creations of one pause all', () => {
  const failed = (agent: string | null, count: number) =>
    Array.from({ length: count }, (_, place) =>
      operation(`f_${agent}_${place}`, { agent, state: 'failed', breaker: true, startedAt: noon - 20_000, endedAt: noon - 10_000 }),
    );
  expect(failing(byAgent(slice(), { rows: { vms: [], operations: failed('ci', 3) } })).sort()).toEqual([
    'BREAKER_OPEN',
    'COOL_DOWN',
    'RATE_LIMITED',
  ]);
  expect(failing(byAgent(slice(), { rows: { vms: [], operations: failed('other', 3) } }))).toEqual([]);
  expect(failing(fresh({ rows: { vms: [], operations: failed('other', 3) } }))).toEqual([]);
  const many = judge(byAgent(slice(), { rows: { vms: [], operations: failed('other', 30) } })).failing;
  expect(many).toMatchObject([{ code: 'OWNER_LIMIT' }]);
  expect(many[0]!.retryAfterSeconds).toBeGreaterThan(0);
});

describe('a child is judged by its slice and by its parent’s', () => {
  const childs = slice({ maxTotalCredits: '100000' }, { until: noon + 10 * hour });
  const byChild = (parents: Slice | null, count: number, patch: Partial<Case> = {}): Case =>
    fresh({
      agent: { name: 'kid', slice: childs, family: ['kid'], above: { name: 'ci', slice: parents, family: ['ci', 'kid', 'other-kid'] } },
      rows: { vms: [...rows('ci', count), ...rows('other-kid', count)], operations: [] },
      ...patch,
    });

  it('what parent and children have counts together, and is told without figures', () => {
    // 57,000 credits each, held for 4 h: two of the family and the child's own
    expect(failing(byChild(slice({ maxTotalCredits: '171000' }), 1))).toEqual([]);
    const judgement = judge(byChild(slice({ maxTotalCredits: '170999' }), 1));
    expect(judgement.failing.map(({ code, figure, limit }) => [code, figure, limit])).toEqual([['OWNER_LIMIT', 'no room', 'room']]);
    expect(failing(byChild(slice({ maxVms: '2' }), 1))).toEqual(['OWNER_LIMIT']);
    expect(failing(byChild(slice({ maxVms: '3' }), 1))).toEqual([]);
    expect(failing(byChild(null, 0))).toEqual(['OWNER_LIMIT']);
    // a family makes no more a minute than its parent alone may
    const begun = [1, 2, 3].map((place) => operation(`op_${place}`, { agent: place === 1 ? 'ci' : 'other-kid', startedAt: noon - 1000 }));
    expect(failing(byChild(slice(), 0, { rows: { vms: [], operations: begun } }))).toEqual(['OWNER_LIMIT']);
  });

  it('what a child has counts against its parent', () => {
    const parent = { name: 'ci', slice: slice({ maxTotalCredits: '113999' }), family: ['ci', 'kid'], above: null };
    expect(failing(fresh({ agent: parent, rows: { vms: rows('kid', 1), operations: [] } }))).toEqual(['TOTAL_LIMIT']);
  });

  it('its VMs end no later than itself', () => {
    const short = { ...childs, until: noon + 4 * hour - 1 };
    const above = { name: 'ci', slice: slice(), family: ['ci', 'kid'] };
    expect(failing(fresh({ agent: { name: 'kid', slice: short, family: ['kid'], above } }))).toEqual(['TTL_TOO_LONG']);
    expect(failing(fresh({ agent: { name: 'kid', slice: { ...short, until: noon + 4 * hour }, family: ['kid'], above } }))).toEqual([]);
  });
});
