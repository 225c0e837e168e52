import { expect, test } from 'vitest';
import { isEverywhere, readPublicUrl, readTlsPlace, urlOfPlace } from '../../../src/domain/agents/tls-place.ts';

test.each<[string, string, number, string]>([
  ['127.0.0.1:8443', '127.0.0.1', 8443, 'https://127.0.0.1:8443'],
  ['safe.example:443', 'safe.example', 443, 'https://safe.example'],
  ['SAFE.example:8443', 'safe.example', 8443, 'https://safe.example:8443'],
  ['[::1]:8443', '::1', 8443, 'https://[::1]:8443'],
  ['0.0.0.0:0', '0.0.0.0', 0, 'https://0.0.0.0:0'],
])('%s is a place to listen at', (text, host, port, url) => {
  expect(readTlsPlace(text)).toEqual({ host, port });
  expect(urlOfPlace({ host, port })).toBe(url);
});

test.each([
  '',
  '8443',
  ':8443',
  '127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:99999',
  '300.1.1.1:1',
  '::1:8443',
  'a b:1',
  'https://a:1',
  'a:1/x',
  'u@a:1',
  '-:1:1',
])('"%s" is none', (text) => {
  expect(readTlsPlace(text)).toBeNull();
});

test('every address of the machine is known, however it is written', () => {
  const everywhere = ['0.0.0.0:1', '0:1', '[::]:1', '[0:0:0:0:0:0:0:0]:1'].map((text) => isEverywhere(readTlsPlace(text)!));
  expect(everywhere).toEqual([true, true, true, true]);
  expect(isEverywhere(readTlsPlace('127.0.0.1:1')!)).toBe(false);
});

test('a public URL is https, a host and perhaps a port', () => {
  expect(readPublicUrl('https://safe.example:8443')).toBe('https://safe.example:8443');
  expect(readPublicUrl('https://Safe.example:443/')).toBe('https://safe.example');
  for (const text of [
    'safe.example',
    'http://safe.example',
    'https://safe.example/x',
    'https://safe.example?x',
    'https://u@safe.example',
    'https://',
  ]) {
    expect([text, readPublicUrl(text)]).toEqual([text, null]);
  }
});
