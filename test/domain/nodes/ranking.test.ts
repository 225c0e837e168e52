import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misfits, type NodeTraits, roomOf, unfitReasons } from '../../../src/domain/nodes/node-fit.ts';
import { candidates, draw, leading, type RankedNode, ruledOut } from '../../../src/domain/nodes/ranking.ts';

const need = { vcpus: 1, memoryMib: 2048, diskMib: 20_480 };
const good: RankedNode = {
  hash: 'a',
  score: 0.9,
  linked: true,
  active: true,
  ipv6: true,
  qemu: true,
  terms: null,
  cores: 16,
  memoryTotalMib: 65_536,
  memoryFreeMib: 40_000,
  diskFreeMib: 500_000,
};
const node = (hash: string, patch: Partial<RankedNode> = {}): RankedNode => ({ ...good, hash, ...patch });

/** A repeatable stand-in for chance. */
const seeded = (seed: number) => () => {
  // biome-ignore lint/style/noParameterAssign: the generator's state
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed / 0x80000000;
};

describe('the fit of a node', () => {
  it('a good one has no fault', () => {
    expect(unfitReasons(need, good)).toEqual([]);
  });

  it.each<[Partial<NodeTraits>, string]>([
    [{ linked: false }, 'notLinked'],
    [{ active: false }, 'inactive'],
    [{ ipv6: false }, 'noIpv6'],
    [{ qemu: false }, 'noQemu'],
    [{ terms: 'hash' }, 'terms'],
    [{ cores: null }, 'usageUnknown'],
    [{ memoryTotalMib: null }, 'usageUnknown'],
    [{ memoryFreeMib: null }, 'usageUnknown'],
    [{ diskFreeMib: null }, 'usageUnknown'],
    [{ memoryFreeMib: 2047 }, 'memory'],
    [{ memoryTotalMib: 2048 + 8192 + 2047 }, 'memory'],
    [{ cores: 0 }, 'vcpus'],
    [{ diskFreeMib: 20_479 }, 'disk'],
  ])('XA-17: %j is %s', (patch, reason) => {
    expect(unfitReasons(need, { ...good, ...patch })).toEqual([reason]);
  });

  it('XA-17: capacity is what the node admits: memory − 10,240 MiB, four vCPUs a core', () => {
    const tight = { cores: 2, memoryTotalMib: 10_240 + 4096, memoryFreeMib: 14_000, diskFreeMib: 20_480 };
    expect(misfits({ vcpus: 8, memoryMib: 4096, diskMib: 20_480 }, tight)).toEqual([]);
    expect(misfits({ vcpus: 9, memoryMib: 4097, diskMib: 20_481 }, tight)).toEqual(['memory', 'vcpus', 'disk']);
  });

  it('vCPUs that others were promised are not admitted, where the scheduler tells', () => {
    expect(misfits({ ...need, vcpus: 4 }, { ...good, vcpusFree: 3 })).toEqual(['vcpus']);
    expect(roomOf({ ...good, vcpusFree: 3 })).toEqual({ vcpus: 3, memoryMib: 40_000, diskMib: 500_000 });
    expect(roomOf({ ...good, vcpusFree: 99 })?.vcpus).toBe(64);
    expect(roomOf({ ...good, memoryTotalMib: 4096 })?.memoryMib).toBe(0);
    expect(roomOf({ ...good, cores: null })).toBeNull();
  });

  it('a version older than the network accepts is a fault; one that is unknown is not', () => {
    expect(unfitReasons(need, { ...good, version: '1.9.2' }, { minVersion: '1.11.0' })).toEqual(['oldVersion']);
    expect(unfitReasons(need, { ...good, version: null }, { minVersion: '1.11.0' })).toEqual([]);
    expect(unfitReasons(need, { ...good, version: '1.9.2' })).toEqual([]);
  });

  it('every card asked for must be there, in any spelling; memory encryption too', () => {
    const cards = { gpus: [{ untrustedModel: 'RTX 4000 ADA' }, { untrustedModel: 'H100' }] };
    expect(unfitReasons({ ...need, gpus: ['h100', 'rtx4000 ada'] }, { ...good, ...cards })).toEqual([]);
    expect(unfitReasons({ ...need, gpus: ['H100', 'H100'] }, { ...good, ...cards })).toEqual(['noGpu']);
    expect(unfitReasons({ ...need, confidential: true }, good)).toEqual(['notConfidential']);
    expect(unfitReasons({ ...need, confidential: true }, { ...good, confidential: true })).toEqual([]);
  });

  it('a list that knows no figures rules out only what it does know', () => {
    const registered = { ...good, ipv6: false, qemu: false, cores: null, memoryFreeMib: null };
    expect(unfitReasons(need, registered, { unasked: true })).toEqual([]);
    expect(unfitReasons(need, { ...registered, linked: false, active: false }, { unasked: true })).toEqual(['notLinked', 'inactive']);
  });

  it('terms that nobody can read cannot be accepted', () => {
    expect(unfitReasons(need, { ...good, terms: 'unreadable' }, { acceptTerms: true })).toEqual(['terms']);
  });

  it('R-06 terms at a version that takes none with credits are a fault of their own, accepted or not', () => {
    const older = { ...good, version: '1.14.0+3', terms: 'ab'.repeat(32) };
    expect(unfitReasons(need, older, { acceptTerms: true })).toEqual(['termsVersion']);
    expect(unfitReasons(need, older)).toEqual(['termsVersion']);
    expect(unfitReasons(need, { ...older, version: '2.0.0-rc1' }, { acceptTerms: true })).toEqual([]);
    expect(unfitReasons(need, { ...older, version: null }, { acceptTerms: true })).toEqual([]);
    expect(unfitReasons(need, { ...older, terms: null })).toEqual([]);
  });

  it('terms that were accepted are no fault', () => {
    expect(unfitReasons(need, { ...good, terms: 'ab'.repeat(32) }, { acceptTerms: true })).toEqual([]);
  });
});

describe('the ranking of nodes', () => {
  it('XA-17: says why the others will not do', () => {
    const nodes = [node('a'), node('b', { linked: false, ipv6: false }), node('c', { linked: false })];
    expect(candidates(nodes, need, () => 0).map(({ hash }) => hash)).toEqual(['a']);
    expect(ruledOut(nodes, need)).toEqual({ notLinked: 2, noIpv6: 1 });
  });

  it('draws only fitting nodes, each once, as many as asked where there are as many', () => {
    const anyNode = fc.record({
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      linked: fc.boolean(),
      memoryFreeMib: fc.integer({ min: 0, max: 60_000 }),
    });
    fc.assert(
      fc.property(fc.array(anyNode, { maxLength: 80 }), fc.integer(), fc.integer({ min: 1, max: 20 }), (list, seed, count) => {
        const nodes = list.map((patch, index) => node(`${index}`, patch));
        const fitting = nodes.filter((one) => unfitReasons(need, one).length === 0);
        const drawn = candidates(nodes, need, seeded(seed), { count });
        expect(drawn.every((one) => fitting.includes(one))).toBe(true);
        expect(new Set(drawn).size).toBe(Math.min(count, fitting.length));
        expect(drawn.length).toBe(Math.min(count, fitting.length));
      }),
    );
  });

  it('takes from the best: a bad score is out where good ones abound', () => {
    const nodes = Array.from({ length: 100 }, (_, index) => node(`${index}`, { score: index < 50 ? 0.9 : 0.1 }));
    for (let seed = 1; seed <= 50; seed += 1) {
      const drawn = candidates(nodes, need, seeded(seed));
      expect(drawn).toHaveLength(12);
      expect(drawn.every(({ score }) => score === 0.9)).toBe(true);
    }
  });

  it('spreads callers: fifty of them do not all take the same node', () => {
    const nodes = Array.from({ length: 100 }, (_, index) => node(`${index}`, { score: 0.8 + index / 1000 }));
    const firsts = Array.from({ length: 50 }, (_, seed) => candidates(nodes, need, seeded(seed * 7919 + 1))[0]?.hash);
    expect(new Set(firsts).size).toBeGreaterThan(15);
  });

  it('a better score comes first more often, a new node seldom', () => {
    const nodes = [node('good', { score: 0.9 }), node('fair', { score: 0.6 }), node('new', { score: 0 })];
    const random = seeded(42);
    const firsts = Array.from({ length: 2000 }, () => candidates(nodes, need, random)[0]!.hash);
    const times = (hash: string) => firsts.filter((first) => first === hash).length;
    expect(times('good')).toBeGreaterThan(times('fair') * 1.8);
    expect(times('fair')).toBeGreaterThan(times('new') * 50);
  });

  it('a near node and one that never failed us come first more often', () => {
    const random = seeded(9);
    const firsts = (nodes: RankedNode[]) => Array.from({ length: 1000 }, () => draw(nodes, 1, random)[0]!.hash);
    const share = (nodes: RankedNode[], hash: string) => firsts(nodes).filter((first) => first === hash).length / 1000;
    expect(share([node('near', { roundTripMs: 20 }), node('far', { roundTripMs: 800 })], 'near')).toBeGreaterThan(0.65);
    expect(share([node('sound', { trust: 1 }), node('failed', { trust: 0.01 })], 'sound')).toBeGreaterThan(0.95);
  });

  it('leaves out scores far below the best, unless too few remain', () => {
    const nodes = [node('a', { score: 0.95 }), node('b', { score: 0.9 }), node('c', { score: 0.85 }), node('d', { score: 0.5 })];
    expect(leading(nodes, 3).map(({ hash }) => hash)).toEqual(['a', 'b', 'c']);
    expect(leading(nodes.slice(1, 4), 3).map(({ hash }) => hash)).toEqual(['b', 'c', 'd']);
  });

  it('leaves the list as it was', () => {
    const nodes = [node('b', { score: 0.1 }), node('a')];
    candidates(nodes, need, () => 0.99);
    expect(nodes.map(({ hash }) => hash)).toEqual(['b', 'a']);
  });
});
