import { expect, test } from 'vitest';
import { openEvm } from '../../../src/adapters/evm/open-evm.ts';
import { type CreditChain, ethereum } from '../../../src/domain/topup/credit-chain.ts';
import { saleNodes } from '../../../src/lifecycle/topup/credit-sale.ts';

const open = (chain: CreditChain) => openEvm({ chain, rpc: null, fetch: globalThis.fetch, priceSources: () => [] });
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
