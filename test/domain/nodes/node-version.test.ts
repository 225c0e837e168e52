import { expect, it } from 'vitest';
import { isOlder } from '../../../src/domain/nodes/node-version.ts';

it.each([
  ['1.9.2', '1.11.0', true],
  ['1.11.0', '1.11.0', false],
  ['1.11', '1.11.0', false],
  ['1.14.0-rc1', '1.11.0', false],
  ['v1.10.9', '1.11.0', true],
  ['2.1.0+dev', '10.0', true],
  [null, '1.11.0', null],
  ['1.11.0', null, null],
  ['latest', '1.11.0', null],
] as const)('version %s against %s: older is %s', (version, minimum, older) => {
  expect(isOlder(version, minimum)).toBe(older);
});
