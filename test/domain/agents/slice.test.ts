import { describe, expect, it, test } from 'vitest';
import { limitsOfSlice, loosenedIn, loosenedSlices, type Slice, slicesText, tighterSlices } from '../../../src/domain/agents/slice.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';

const day = 86_400_000;
const slice = (patch: Partial<Slice> = {}, limits: Partial<Slice['limits']> = {}): Slice => ({
  limits: { maxTotalCredits: '2000000', maxDayCredits: '1000000', maxVms: '2', ...limits },
  payer: `0x${'Ab'.repeat(20)}`,
  since: 10 * day,
  until: 40 * day,
  commands: ['vm logs'],
  exec: false,
  terms: false,
  ...patch,
});

describe('a slice beside the policy', () => {
  it('tightens every limit of the policy, and loosens none', () => {
    const limits = limitsOfSlice(defaultLimits, slice({}, { maxVms: '50', maxTtlSeconds: '3600' }));
    expect(limits).toMatchObject({ maxVms: defaultLimits.maxVms, maxTtlSeconds: 3600, maxDayCredits: 1_000_000n });
  });

  it('has a total of its own: it counts from another day than that of the policy, which holds beside it', () => {
    expect(limitsOfSlice(defaultLimits, slice({}, { maxTotalCredits: '90000000' })).maxTotalCredits).toBe(90_000_000n);
  });
});

describe('a change of a slice', () => {
  it.each<[string, Slice, boolean]>([
    ['nothing', slice(), false],
    ['a lower total', slice({}, { maxTotalCredits: '1' }), false],
    ['a higher total', slice({}, { maxTotalCredits: '2000001' }), true],
    ['a limit that it did not have', slice({}, { maxTtlSeconds: '3600' }), false],
    ['an earlier end', slice({ until: 20 * day }), false],
    ['a later end', slice({ until: 41 * day }), true],
    ['no end', slice({ until: null }), true],
    ['a command less', slice({ commands: [] }), false],
    ['a command more', slice({ commands: ['vm logs', 'vm spawn'] }), true],
    ['exec', slice({ exec: true }), true],
    ['nodes with terms', slice({ terms: true }), true],
    ['another payer', slice({ payer: `0x${'12'.repeat(20)}` }), true],
    ['a total that runs anew', slice({ since: 11 * day }), true],
  ])('%s loosens it: %#', (_what, to, loosens) => {
    expect(loosenedIn(slice(), to).length > 0).toBe(loosens);
    expect(loosenedSlices({ ci: slice() }, { ci: to })).toEqual(loosens ? ['ci'] : []);
  });

  it('a limit that is taken away loosens it', () => {
    const { maxDayCredits: _, ...rest } = slice().limits;
    expect(loosenedIn(slice(), { ...slice(), limits: rest })).toHaveLength(1);
  });

  it('letting an agent in loosens the policy, putting one out does not; no name of an object is an agent', () => {
    expect(loosenedSlices({}, { ci: slice() })).toEqual(['ci']);
    expect(loosenedSlices({ ci: slice() }, {})).toEqual([]);
    expect(loosenedSlices({}, { constructor: slice() })).toEqual(['constructor']);
  });
});

test('what was narrowed since the seal narrows only, and lets nobody in', () => {
  const wide = slice({ until: null, exec: true, commands: ['vm logs', 'vm spawn', 'vm reinstall'] }, { maxTotalCredits: '9', maxVms: '9' });
  const { ci, ...others } = tighterSlices({ ci: slice() }, { ci: wide, other: wide });
  expect(others).toEqual({});
  expect(ci).toEqual(slice({}, { maxTotalCredits: '9' }));
});

test('an approver reads what an agent may do, whoever pays, and since and until when', () => {
  expect(slicesText({ ops: slice({ until: null, commands: [] }), ci: slice({ exec: true }) })).toMatchInlineSnapshot(
    `"agent ci 2.0000 USD in all since 1970-01-11T00:00:00Z, 2 VMs, 1.0000 USD a day, until 1970-02-10T00:00:00Z, 0xabababababababababababababababababababab pays, also vm logs, vm exec by the safe; agent ops 2.0000 USD in all since 1970-01-11T00:00:00Z, 2 VMs, 1.0000 USD a day, 0xabababababababababababababababababababab pays"`,
  );
});
