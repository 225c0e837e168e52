import { describe, expect, it } from 'vitest';
import type { VmState } from '../../../src/domain/ledger/vm-record.ts';
import { answeredBeyond, unshown } from '../../../src/domain/trials/attempts.ts';
import {
  aboveCap,
  aboveMade,
  type Bill,
  billedOn,
  neverTrue,
  notRecovered,
  type Recorded,
  standing,
} from '../../../src/domain/trials/judge-sides.ts';
import { tally } from '../../../src/domain/trials/tally.ts';
import { verdictOf } from '../../../src/domain/trials/verdict.ts';

const hash = (letter: string): string => letter.repeat(64);
const bill = (letter: string, endedAt: number | null = null): Bill => ({ hash: hash(letter), owner: '0x1', endedAt });
const vm = (letter: string, state: VmState = 'healthy') => ({ id: hash(letter), name: letter, state, agent: null, hold: 1n });
const record = (vms: Recorded['vms'], chainIsWhole = true): Recorded => ({ vms, chainIsWhole });

describe('a claim that is broken falls', () => {
  it('holds where both sides agree', () => {
    const sides = { bills: [bill('a'), bill('b', 7)], record: record([vm('a'), vm('b', 'terminated')]) };
    expect([...neverTrue(sides), ...notRecovered(sides), ...aboveCap(sides, 1)]).toEqual([]);
    expect(standing([sides, sides])).toBe('live on the network 2, on record 2');
    expect(verdictOf([], 'seen')).toEqual({ outcome: 'held', evidence: 'seen' });
  });

  it.each([
    ['a VM without a record', [bill('a')], record([]), /aaaaaaaaaaaa is on the network and not on record/],
    ['one that ended without a record', [bill('a', 7)], record([]), /not on record/],
    ['a VM that bills on and is ended on record', [bill('a')], record([vm('a', 'terminated')]), /billed on and terminated on record/],
    ['one that bills on and is dormant on record', [bill('a')], record([vm('a', 'dormant')]), /billed on and dormant on record/],
    ['a torn trail', [bill('a')], record([vm('a')], false), /trail is broken/],
  ] as const)('%s', (_what, bills, recorded, says) => {
    const broken = neverTrue({ bills, record: recorded });
    expect(broken).toEqual([expect.stringMatching(says)]);
    expect(verdictOf(broken, 'seen')).toEqual({ outcome: 'fell', evidence: 'seen', broken });
  });

  it('a VM on record that the network has not, once recovery has run', () => {
    expect(notRecovered({ bills: [bill('b', 7)], record: record([vm('a'), vm('b', 'stopping')]) })).toEqual([
      expect.stringMatching(/aaaaaaaaaaaa is healthy on record/),
      expect.stringMatching(/bbbbbbbbbbbb is stopping on record/),
    ]);
  });

  it('more than the cap, on either side', () => {
    expect(aboveCap({ bills: [bill('a'), bill('b')], record: record([vm('a')]) }, 1)).toEqual([
      '2 VMs live on the network under a cap of 1',
    ]);
    expect(aboveCap({ bills: [], record: record([vm('a'), vm('b')]) }, 1)).toEqual(['2 VMs live on record under a cap of 1']);
  });

  it('more answers for VMs than there is room for, and each forbidden call that got one, whatever room there is', () => {
    const more = (code: string) => ({ does: 'vm create more', code, expects: ['TOO_MANY_VMS'], makesVm: true });
    const thaw = (code: string) => ({ does: 'thaw', code, expects: ['AGENT_REFUSED'] });
    expect(answeredBeyond([more('ok'), more('USAGE'), thaw('USAGE')], 1)).toEqual([]);
    expect(answeredBeyond([more('ok'), more('USAGE')], 0)).toEqual(['vm create more: it was answered with ok, with room for 0']);
    expect(answeredBeyond([more('ok'), more('ok')], 1)).toHaveLength(2);
    expect(answeredBeyond([more('TOO_MANY_VMS'), thaw('ok'), { does: 'keys show', code: 'ok', expects: ['AGENT_REFUSED'] }], 2)).toEqual([
      'thaw: it was answered with ok',
      'keys show: it was answered with ok',
    ]);
  });

  it('an attack that ended by anything but a refusal of what it asks shows nothing', () => {
    const more = (code: string) => ({ does: 'vm create more', code, expects: ['TOO_MANY_VMS', 'TOTAL_LIMIT'] });
    expect(unshown([more('TOO_MANY_VMS'), more('TOTAL_LIMIT'), more('ok')])).toEqual([]);
    for (const code of ['INTERNAL', 'USAGE', 'none', 'killed'])
      expect(unshown([more(code)])).toEqual([`vm create more ended with ${code}, which is not TOO_MANY_VMS or TOTAL_LIMIT`]);
  });

  it('where what must succeed did not, nothing was tried; what contradicts the claim counts all the same', () => {
    expect(verdictOf([], 'seen', ['no home could spend'])).toEqual({
      outcome: 'not-tried',
      why: 'no home could spend. Seen: seen',
      command: null,
    });
    expect(verdictOf(['two spent'], 'seen', ['no home could spend'])).toMatchObject({ outcome: 'fell', broken: ['two spent'] });
  });

  it('more new VMs than may be, and what bills on after its end', () => {
    expect([aboveMade(0, 0), aboveMade(1, 0), aboveMade(2, 1)]).toEqual([
      [],
      ['1 VMs were made where none may be'],
      ['2 VMs were made where at most 1 may be'],
    ]);
    expect(billedOn([bill('a', 7), bill('b')])).toEqual([expect.stringMatching(/bbbbbbbbbbbb is billed on/)]);
  });
});

it('codes are counted, the most frequent first', () => {
  expect(tally(['ok', 'TOO_MANY_VMS', 'killed', 'TOO_MANY_VMS'])).toBe('2 TOO_MANY_VMS, 1 killed, 1 ok');
});
