import { expect, it } from 'vitest';
import { heardInVm } from '../../../src/domain/reach/heard-in-vm.ts';

const here = 'http://127.0.0.1:4024';
const near = 'http://192.168.7.2:4024';
const far = 'https://ccn.example';

it.each([
  ['127.0.0.1', [here, near, far]],
  ['192.168.7.9', [near, far]],
  ['fd00::9', [near, far]],
  ['203.0.113.5', [far]],
  ['2a01:4f8::9', [far]],
])('R-09 a VM at %s hears no host that is nearer to somebody else', (address, heard) => {
  expect(heardInVm([here, near, far], address)).toEqual(heard);
});
