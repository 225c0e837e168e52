import { describe, expect, it } from 'vitest';
import { linesSince } from '../../../src/domain/reach/console-follow.ts';
import { consoleHostKeys } from '../../../src/domain/reach/console-host-keys.ts';
import { tailOf } from '../../../src/domain/text/tail.ts';

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIE1y2zqOWYNqzxmRWFgq8JlSCS2y8gK9dYw6FQnZVyTc';
const sha = (letter: string): string => letter.repeat(43);

/** As Debian's cloud-init 22 writes it on a serial console. */
const boot = (last: string): string[] => [
  '[   21.1] cloud-init[512]: Generating public/private rsa key pair.',
  '<14>Nov 20 12:00:31 cloud-init: #############################################################',
  '<14>Nov 20 12:00:31 cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----',
  `<14>Nov 20 12:00:31 cloud-init: 384 SHA256:${sha('e')} root@vm (ECDSA)`,
  `<14>Nov 20 12:00:31 cloud-init: 256 SHA256:${sha(last)} root@vm (ED25519)`,
  `<14>Nov 20 12:00:31 cloud-init: 3072 SHA256:${sha('r')} root@vm (RSA)`,
  '<14>Nov 20 12:00:31 cloud-init: -----END SSH HOST KEY FINGERPRINTS-----',
  '-----BEGIN SSH HOST KEY KEYS-----',
  `ssh-ed25519 ${key} root@vm`,
  '-----END SSH HOST KEY KEYS-----\r',
  'vm login: ',
];

describe('host keys on a console', () => {
  it('are found behind what loggers put before them', () => {
    expect(consoleHostKeys(boot('d'))).toEqual({
      fingerprints: [
        { type: 'ecdsa-sha2-nistp384', sha256: sha('e') },
        { type: 'ssh-ed25519', sha256: sha('d') },
        { type: 'ssh-rsa', sha256: sha('r') },
      ],
      keys: [{ type: 'ssh-ed25519', key }],
    });
  });

  it('count from the last boot, and only between their marks', () => {
    const { fingerprints } = consoleHostKeys([...boot('a'), ...boot('b')]);
    expect(fingerprints.find(({ type }) => type === 'ssh-ed25519')?.sha256).toBe(sha('b'));
    expect(consoleHostKeys(boot('a').slice(0, 5))).toEqual({ fingerprints: [], keys: [] });
    expect(consoleHostKeys([`ssh-ed25519 ${key} root@vm`])).toEqual({ fingerprints: [], keys: [] });
  });
});

describe('following', () => {
  const line = (untrustedText: string, at = 1) => ({ at, untrustedText });
  it.each([
    ['nothing was seen', [], ['a', 'b'], ['a', 'b']],
    ['nothing came', ['a'], ['a'], []],
    ['lines came', ['a', 'b'], ['a', 'b', 'c', 'd'], ['c', 'd']],
    ['the same line came again', ['a', 'a'], ['a', 'a', 'a'], ['a']],
    ['old lines were dropped', ['a', 'b', 'c'], ['b', 'c', 'd'], ['d']],
    ['it began anew', ['a', 'b'], ['x', 'y'], ['x', 'y']],
  ])('when %s', (_, before, now, expected) => {
    const lines = (texts: string[]) => texts.map((text) => line(text));
    expect(linesSince(lines(before), lines(now)).map(({ untrustedText }) => untrustedText)).toEqual(expected);
  });
});

describe('the tail of lines', () => {
  it('keeps whole lines from the end', () => {
    expect(tailOf(['one', 'two', 'three'], 100)).toEqual({ text: 'one\ntwo\nthree', lines: 3, truncated: false });
    expect(tailOf(['one', 'two', 'three'], 10)).toEqual({ text: 'two\nthree', lines: 2, truncated: true });
    expect(tailOf([], 10)).toEqual({ text: '', lines: 0, truncated: false });
  });

  it('cuts a line that is too long alone between characters', () => {
    expect(tailOf(['a', 'xäöü'], 5)).toEqual({ text: 'öü', lines: 1, truncated: true });
  });
});
