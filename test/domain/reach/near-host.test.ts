import { expect, it } from 'vitest';
import { isMetadataHost, isNearHost } from '../../../src/domain/reach/near-host.ts';
import { operatorOf } from '../../../src/domain/text/operator-of.ts';

const hostOf = (host: string): string => new URL(`https://${host}`).hostname;

it.each([
  ...[
    'localhost',
    'localhost.',
    'ccn',
    'ccn.lan',
    'ccn.lan.',
    'a.home',
    'a.intranet',
    'a.internal',
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.1.1',
  ],
  ...['169.254.1.1', '172.31.0.1', '192.168.7.2', '[::1]', '[::]', '[fd00::1]', '[fe80::1]', '[::ffff:127.0.0.1]', '[::ffff:10.0.0.1]'],
])('R-09 %s is near', (host) => {
  expect(isNearHost(hostOf(host))).toBe(true);
});

it.each(['ccn.example', 'api.aleph.im', '8.8.8.8', '100.128.0.1', '172.32.0.1', '192.169.0.1', '[2a01:4f8::1]', '[::ffff:8.8.8.8]'])(
  'R-09 %s is not',
  (host) => {
    expect(isNearHost(hostOf(host))).toBe(false);
  },
);

it.each([
  '169.254.169.254',
  'metadata',
  'metadata.google.internal',
  'metadata.google.internal.',
  '[fd00:ec2::254]',
  '[::ffff:169.254.169.254]',
])('R-09 %s tells a machine its secrets, and is nobody’s host', (host) => {
  expect(isMetadataHost(hostOf(host))).toBe(true);
});

it('R-09 ports tell hosts apart where they are near, and nowhere else', () => {
  expect(operatorOf('http://192.168.7.2:4024')).not.toBe(operatorOf('http://192.168.7.2:5024'));
  expect(operatorOf('https://ccn.example:8443')).toBe('ccn.example');
});
