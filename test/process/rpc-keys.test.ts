import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startAnvil } from '../support/devnet/anvil.ts';
import { startDevnet } from '../support/devnet/devnet-process.ts';
import { approveAs } from '../support/strays/unmarked-vm.ts';

const secret = 'k3yOfTheNodeThatNobodyPrints';

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );

/** A node whose operator wants a key behind the host, as the usual ones do; tells how many calls brought it. */
const keyedNode = async (evm: string) => {
  let calls = 0;
  const server = createServer(async (request, response) => {
    const body = await new Response(request as unknown as ReadableStream).text();
    if (request.url === `/v2/${secret}?apikey=${secret}`) calls += 1;
    const answer = await fetch(evm, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v2/${secret}?apikey=${secret}`, calls: () => calls };
};

it('N-07 the key in the URL of an EVM node stands in no file, no answer, no error and no trace', async () => {
  const anvil = await startAnvil();
  onTestFinished(() => anvil.close());
  const devnet = await startDevnet({ nodes: 1, evm: anvil.url });
  onTestFinished(() => devnet.close());
  const home = await devnet.home('1');
  await devnet.giveTokens(home.address, 'usdc', 20_000_000n);
  const node = await keyedNode(anvil.url);
  const say = async (line: string, crash = '') => {
    const ended = await home.run(line, crash === '' ? {} : { env: { ALEPH_AGENT_CRASH: crash } });
    expect.soft(ended.stdout + ended.stderr, line).not.toContain(secret);
    return ended;
  };
  const line = `credits topup 5 --rpc ${node.url}`;
  await say(`${line} --dry-run --full`);
  await say(`${line} --dry-run --format text --debug`);
  const asked = await say(line);
  expect(asked.exit, asked.stdout).toBe(10);
  const approval = String(asked.document().error.facts['approval']);
  for (const shown of ['approvals ls --full', `approve ${approval} --show --full`, `approve ${approval} --show --format text`])
    await say(shown);
  approveAs(home.folder, approval);
  expect((await say(`${line} --debug`, 'topup.broadcast:after')).signal).toBe('SIGKILL');
  expect((await say(`credits topup --resume --rpc nonsense/${secret}`)).exit).toBe(2);
  // what keeps no key cannot ask again: the network's own node is taken, and the call may name the one with the key
  expect((await say(`credits topup --replace --rpc ${node.url} --dry-run`)).exit).toBe(0);
  expect((await say(`credits topup --resume --rpc ${node.url} --debug`)).exit).toBe(0);
  const lost = node.url.replace(/:\d+\//, ':9/');
  for (const wrong of [
    `credits topup 4 --rpc ${lost} --debug`,
    `credits topup 4 --rpc ${node.url} --ttl never`,
    `credits topup 4 --rpc ${node.url} --nope`,
    `credits topup 4 --rpcs ${node.url}`,
    `credits topup 4 --rpc https://me:word@node.example/${secret}`,
    `credits topup 4 --rpc http://node.example/${secret}`,
    `credits topup 4 --rpc ${node.url} --rpc ${node.url}`,
    `config set topup.rpc http://node.example/${secret}`,
    `config set topup.rpc ftp://node.example?${secret}`,
  ]) {
    expect((await say(wrong)).exit, wrong).not.toBe(0);
    await say(`${wrong} --format text`);
  }
  for (const look of ['credits history --full', 'status --full', 'ledger ls --full', 'doctor --full', 'gc --execute']) await say(look);
  expect(node.calls()).toBeGreaterThan(20);
  const holding = filesOf(home.folder).filter((file) => readFileSync(file, 'latin1').includes(secret));
  expect(holding).toEqual([]);
  // where a person puts it, it stays, and is not shown again
  for (const set of [`config set topup.rpc ${node.url}`, 'config ls', 'config explain topup.rpc', 'config get topup.rpc']) await say(set);
  expect(filesOf(home.folder).filter((file) => readFileSync(file, 'latin1').includes(secret))).toEqual([
    join(home.folder, 'settings.json'),
  ]);
});
