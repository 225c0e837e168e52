import { expect, test } from 'vitest';
import { openEvm } from '../../../src/adapters/evm/open-evm.ts';
import { toldUrl } from '../../../src/domain/text/told-url.ts';
import { type CreditChain, ethereum } from '../../../src/domain/topup/credit-chain.ts';
import { nodesAgain, provingNodes, saleNodes } from '../../../src/lifecycle/topup/credit-sale.ts';

const open = (chain: CreditChain) => openEvm({ chain, rpcs: [], fetch: globalThis.fetch, priceSources: () => [] });
const counts = (chain: CreditChain, ...urls: string[]): boolean => {
  try {
    return saleNodes(open(chain), urls).length === urls.length;
  } catch {
    return false;
  }
};

test('N-07 two URLs of one operator are one witness: another port, another letter case, and on Ethereum any port of this machine', () => {
  expect(counts(ethereum, 'https://one.example/key', 'https://two.example')).toBe(true);
  expect(counts(ethereum, 'https://one.example/key', 'https://ONE.example:8443')).toBe(false);
  expect(counts(ethereum, 'https://one.example', 'https://one.example./other')).toBe(false);
  expect(counts(ethereum, 'http://127.0.0.1:8545', 'http://localhost:8545')).toBe(false);
  expect(counts(ethereum, 'http://127.0.0.1:8545', 'https://one.example')).toBe(true);
  expect(counts({ ...ethereum, chainId: 31337 }, 'http://127.0.0.1:8545', 'http://localhost:8545')).toBe(true);
});

test('a URL of a node with a name or password before its host is refused, and not told', () => {
  for (const url of ['https://me@one.example', 'https://me:word@one.example', 'http://:word@127.0.0.1:8545']) {
    expect(() => saleNodes(open(ethereum), [url])).toThrow(/^(?!.*word@).*without a password/);
  }
});

test('N-07 of a node with more behind its host only that is kept: the settings bring the rest, or the call has to', () => {
  const keyed = 'https://one.example/v2/a-key?b=a-key';
  const evm = (rpcs: string[]) => openEvm({ chain: ethereum, rpcs, fetch: globalThis.fetch, priceSources: () => [] });
  const told = [toldUrl(keyed), toldUrl('https://two.example')];
  expect(told).toEqual(['https://one.example/…', 'https://two.example']);
  const urls = (rpcs: string[], named: string[] = []) => nodesAgain(evm(rpcs), named, told).map(({ url }) => url);
  expect(urls([keyed])).toEqual([keyed, 'https://two.example']);
  expect(urls([keyed], ['https://four.example'])).toEqual(['https://four.example']);
  expect(() => urls([])).toThrow('The URL of the EVM node at one.example');
  // the settings name others meanwhile: they do not step in
  expect(() => urls(['https://three.example', 'https://five.example'])).toThrow('The URL of the EVM node at one.example');
});

test('N-07 a top-up is proven over by the nodes that it was begun with alone, and by two', () => {
  const urls = (rpcs: string[], named: string[], told: string[]) =>
    provingNodes(openEvm({ chain: ethereum, rpcs, fetch: globalThis.fetch, priceSources: () => [] }), named, told).map(({ url }) => url);
  const told = ['https://good.example/…', 'https://fine.example/…'];
  const evil = ['https://evil.example/x', 'https://evil2.example/y'];
  expect(() => urls(evil, evil, told)).toThrow('The URL of the EVM node at good.example and fine.example');
  expect(() => urls(['https://good.example/x'], [], told)).toThrow('The URL of the EVM node at fine.example');
  expect(urls(['https://good.example/x'], ['https://fine.example/z', ...evil], told)).toEqual([
    'https://good.example/x',
    'https://fine.example/z',
  ]);
  expect(urls([], evil, ['https://good.example'])).toEqual(['https://good.example', evil[0]]);
  expect(() => urls([], [], ['https://good.example'])).toThrow('one more is missing beside good.example');
});
