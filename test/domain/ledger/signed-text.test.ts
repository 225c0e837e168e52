import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { isWhole, partiesOf, redactSignatures, signatureOf } from '../../../src/domain/ledger/signed-text.ts';

const content = '{"address":"0xa"}';
const id = createHash('sha256').update(content).digest('hex');
const stored = (message: object) => ({ id, bytes: JSON.stringify({ sync: true, message }) });
const whole = { item_hash: id, item_content: content, signature: '0xab' };

it('a stored message is whole while its id is the hash of its content', () => {
  expect(isWhole(stored(whole))).toBe(true);
  for (const message of [{ ...whole, item_content: `${content} ` }, { ...whole, item_hash: 'x' }, { item_hash: id }, null])
    expect(isWhole(stored(message as object))).toBe(false);
  expect(isWhole({ id, bytes: '{"message":' })).toBe(false);
  expect([signatureOf(stored(whole)), signatureOf({ id, bytes: 'x' }), signatureOf(stored({}))]).toEqual(['0xab', null, null]);
});

it('says whose a whole message is, and nothing of another', () => {
  expect(partiesOf(stored({ ...whole, sender: '0xb' }))).toEqual({ sender: '0xb', owner: '0xa' });
  expect(partiesOf(stored({ ...whole, sender: '0xb', item_content: '{"address":"0xc"}' }))).toBeNull();
  expect(partiesOf(stored(whole))).toBeNull();
});

it('what looks like a signature is taken out, unless it is public', () => {
  const [one, two] = [`0x${'1'.repeat(130)}`, `0x${'2'.repeat(130)}`];
  expect(redactSignatures(`a ${one} b ${two} 0x${'3'.repeat(64)}`, new Set([two]))).toBe(`a redacted b ${two} 0x${'3'.repeat(64)}`);
});
