import { describe, expect, it } from 'vitest';
import { mergeForwards, parseForward, sameForwards, withoutForwards } from '../../../src/domain/reach/forwards.ts';

const tcp = (port: number) => ({ port, tcp: true, udp: false });
const udp = (port: number) => ({ port, tcp: false, udp: true });
const both = (port: number) => ({ port, tcp: true, udp: true });

describe('forwards', () => {
  it.each([
    ['80', tcp(80)],
    ['80/tcp', tcp(80)],
    ['53/udp', udp(53)],
    ['65535', tcp(65_535)],
  ])('reads %s', (word, forward) => {
    expect(parseForward(word)).toEqual(forward);
  });

  it.each(['0', '65536', '080', '80/sctp', '-1', '80-90', 'http', '', '8e1'])('refuses "%s", naming it', (word) => {
    expect(() => parseForward(word)).toThrow(`"${word}" is no port: 80, 80/tcp or 53/udp would be`);
  });

  it('merges by port, and keeps a protocol that was there', () => {
    expect(mergeForwards([udp(53), tcp(80)], [tcp(53), tcp(22)])).toEqual([tcp(22), both(53), tcp(80)]);
  });

  it('takes away what is named and no more', () => {
    expect(withoutForwards([both(53), tcp(80), tcp(443)], [udp(53), tcp(80), tcp(9)])).toEqual([tcp(53), tcp(443)]);
    expect(withoutForwards([both(53)], [udp(53), tcp(53)])).toEqual([]);
  });

  it('is the same in another order', () => {
    expect(sameForwards([tcp(1), udp(2)], [udp(2), tcp(1)])).toBe(true);
    expect(sameForwards([tcp(1)], [both(1)])).toBe(false);
  });
});
