import { expect, it } from 'vitest';
import { readWire, wireCall } from '../../../src/surfaces/safe/read-wire.ts';

const read = (body: string | Uint8Array<ArrayBuffer>) => readWire(new Request('http://safe/v1/call', { method: 'POST', body }), wireCall);

it.each([
  ['no JSON', '{', 'The body is not JSON in UTF-8.'],
  ['nothing', '', 'The body is not JSON in UTF-8.'],
  ['invalid UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 'The body is not JSON in UTF-8.'],
  ['depth', '['.repeat(30_000) + ']'.repeat(30_000), 'The body is more than 16 levels deep.'],
  [
    'a long list',
    JSON.stringify({ command: 'vm destroy', input: { vms: Array.from({ length: 257 }, () => 'x') } }),
    'The body has a list of more than 256 items.',
  ],
  ['a long text', JSON.stringify({ command: 'x'.repeat(20_001) }), 'The body has a text of more than 20000 characters.'],
  ['a prototype', '{"command":"status","input":{"__proto__":{"approval":"x"}}}', 'The body has the key "__proto__", which no call has.'],
  ['an unknown key', '{"command":"status","more":1}', 'The body: Unrecognized key: "more".'],
])('%s is refused in words', async (_, body, message) => {
  await expect(read(body)).rejects.toMatchObject({ code: 'USAGE', message, details: { sideEffects: 'none' } });
});

it('a call is read as it was sent', async () => {
  expect(await read('{"command":"vm show","input":{"vm":"box"}}')).toEqual({ command: 'vm show', input: { vm: 'box' }, options: {} });
});
