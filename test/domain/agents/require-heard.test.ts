import { expect, test } from 'vitest';
import { requireHeard } from '../../../src/domain/agents/require-heard.ts';

test.each([
  ['https://127.0.0.1:8443', 'https://crn.example', false],
  ['https://192.168.1.7:8443', 'https://crn.example', false],
  ['https://192.168.1.7:8443', 'http://10.0.0.3:4020', true],
  ['https://127.0.0.1:8443', 'http://127.0.0.1:4020', true],
  ['https://safe.example:8443', 'https://crn.example', true],
  ['https://[2001:db8::7]:8443', 'https://crn.example', true],
])('W-125 a child joins the safe at %s from a VM on %s: %s', (url, node, heard) => {
  const ask = () => requireHeard({ url }, [{ url: node }]);
  if (heard) expect(ask).not.toThrow();
  else expect(ask).toThrow(/which no VM there reaches/);
});
