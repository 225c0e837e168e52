import { expect, test } from 'vitest';
import { fromStoredJson, toStoredJson } from '../../../src/adapters/ledger/stored-json.ts';
import { readStored, troubleIn } from '../../../src/domain/stored/read-stored.ts';
import { exactly, text } from '../../../src/domain/stored/shape.ts';

const large = { name: 'x'.repeat(5000) };
const shape = exactly({ name: text });

test('a large text is parsed once, and what it says cannot be changed; a small one is anybody’s', () => {
  const stored = toStoredJson(large);
  const value = fromStoredJson(stored);
  expect(value).toEqual(large);
  expect(fromStoredJson(stored)).toBe(value);
  expect(() => Object.assign(value as object, { name: 'other' })).toThrow(TypeError);
  // those of hundreds of versions of a policy are kept beside it, and it goes once there are too many
  for (let other = 0; other < 400; other += 1) fromStoredJson(toStoredJson({ name: `${other}${large.name}` }));
  expect(fromStoredJson(stored)).toBe(value);
  for (let other = 0; other < 9; other += 1) fromStoredJson(toStoredJson({ name: `${other}${'x'.repeat(4 * 1024 * 1024)}` }));
  expect(fromStoredJson(stored)).not.toBe(value);
  expect(fromStoredJson('{"name":"small"}')).not.toBe(fromStoredJson('{"name":"small"}'));
});

test('what cannot change is looked at once for each kind, and what does not fit is found each time', () => {
  let looks = 0;
  const counted = {
    troubleAt: (name: string, value: unknown) => {
      looks += 1;
      return shape.troubleAt(name, value);
    },
  };
  const value = fromStoredJson(toStoredJson(large));
  for (const kind of ['one', 'one', 'another']) expect(troubleIn(counted, kind, 'it', value)).toBeNull();
  expect(looks).toBe(2);
  const open = { name: 'small' };
  expect(troubleIn(counted, 'one', 'it', open)).toBeNull();
  Object.assign(open, { name: 1 });
  expect(troubleIn(counted, 'one', 'it', open)).not.toBeNull();
  const wrong = fromStoredJson(toStoredJson({ other: large.name }));
  for (let look = 0; look < 2; look += 1)
    expect(() => readStored(shape, 'it', wrong, { words: 'The thing', facts: {} })).toThrow('The thing cannot be read');
});
