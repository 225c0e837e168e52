import { expect, it } from 'vitest';
import { countryOf, regionOf } from '../../../src/domain/nodes/node-region.ts';

it.each([
  ['https://crn.node.fr', 'fr'],
  ['https://vm.alephvision.eu:8443', 'eu'],
  ['https://crn9.nodetoself.org', null],
  ['https://crn.node.io', null],
  ['https://8.8.8.8', null],
  ['http://127.0.0.1:4021', null],
  ['nonsense', null],
])('A-073 the region of %s is %s, as far as its address tells', (url, region) => expect(regionOf(url)).toBe(region));

it.each([
  ['fr', 'France'],
  ['eu', 'European Union'],
  ['uk', 'United Kingdom'],
  ['qq', 'QQ'],
])('the region %s is told as %s', (region, country) => expect(countryOf(region)).toBe(country));
