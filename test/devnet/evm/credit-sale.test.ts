import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createIndexer } from '../../../src/devnet/evm/credit-indexer.ts';
import { openCreditSale } from '../../../src/devnet/evm/credit-sale.ts';
import { startAnvil } from '../../support/devnet/anvil.ts';

test('a payment is sold once, when it is deep enough, and not where the chain left it', async () => {
  const anvil = await startAnvil();
  onTestFinished(() => anvil.close());
  const sale = await openCreditSale(anvil.url);
  const { contract, tokens } = sale.chain;
  const index = createIndexer(sale.node, sale);
  const [from] = (await anvil.call('eth_accounts')) as [string];
  await sale.give('aleph', from, 10n ** 20n);
  const word = (hex: string): string => hex.toLowerCase().padStart(64, '0');
  const data = `0xa9059cbb${word(contract.slice(2))}${word((10n ** 18n).toString(16))}`;
  const pay = () => anvil.call('eth_sendTransaction', { from, to: tokens.aleph, data });
  const snapshot = await anvil.call('evm_snapshot');
  await pay();
  await sale.mine(2);
  expect(await index()).toEqual([]);
  await anvil.call('evm_revert', snapshot);
  await anvil.call('anvil_dropAllTransactions');
  await sale.mine(5);
  expect(await index()).toEqual([]);
  const transaction = await pay();
  await sale.mine(3);
  const sold = { token: 'ALEPH', amount: 60_000n, bonus: 10_000n, price: '0.05', transaction };
  expect((await index()).map(({ address: _, ...each }) => each)).toEqual([sold]);
  await sale.mine(3);
  expect(await index()).toEqual([]);
});

test('contracts are put on no chain but that of an anvil node on this machine', async () => {
  const server = createServer((_, response) => response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: 'Geth/v1.16' })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  for (const url of [`http://127.0.0.1:${port}`, 'https://rpc.example', 'http://127.0.0.1:1']) {
    await expect(openCreditSale(url)).rejects.toMatchObject({ code: 'USAGE' });
  }
});
