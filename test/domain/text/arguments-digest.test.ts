import { expect, it } from 'vitest';
import create from '../../../src/commands/vm/create.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';

it.each([
  [{ name: 'big', cu: 4, ttl: '4h' }, '28150c04fc5a11073f917715c2d5b16512d0fc9c4205d5c35aa3ba7cca15a8d8'],
  [{ name: 'train', gpu: ['H100'] }, '3f35b5be6c6704ae414f89dc91e7d01dbfbefcfc3a35786b380ac93039574524'],
])('I-14 what 0.1.0 approved is still bound to the same call, though vm create lost an input: %j', (typed, asThen) => {
  expect(argumentsDigest('vm create', create.input.strict().parse(typed))).toBe(asThen);
});
