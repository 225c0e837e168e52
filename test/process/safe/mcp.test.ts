import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as SecondClient, StreamableHTTPClientTransport as SecondTransport } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Agent, fetch as fetchBy } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRecords } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import type { Home } from '../../support/home.ts';
import { type Era, eras, mcpClient } from '../../support/mcp/mcp-client.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';

interface Answer {
  isError: boolean;
  data: Record<string, unknown>;
}

interface Client {
  tools(): Promise<string[]>;
  call(name: string, args?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

describe('MCP through a safe (safe.md §5)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  let hosted: Home;
  let local: Home;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12, guests: 'exec' });
    owner = await devnet.home('10');
    safe = await serveSafe(owner);
    hosted = await safe.agent('hosted', '--budget 2 --max-vms 4 --exec');
    local = await safe.agent('local', '--budget 2 --max-vms 4');
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  const tokenOf = (home: Home): string => (JSON.parse(readFileSync(join(home.folder, 'joined.json'), 'utf8')) as { token: string }).token;

  /** An official client of this era, over HTTP at the socket. */
  const overHttp = async (token: string, era: Era): Promise<Client> => {
    const dispatcher = new Agent({ connect: { socketPath: safe.socket } });
    const fetch = ((url: string, init: object) => fetchBy(url, { ...init, dispatcher })) as unknown as typeof globalThis.fetch;
    const options = { fetch, requestInit: { headers: { authorization: `Bearer ${token}` } } };
    const url = new URL('http://safe/mcp');
    const info = { name: 'test', version: '1' };
    const client =
      era === 'v1'
        ? new FirstClient(info)
        : new SecondClient(info, era === 'v2 of 2026-07-28' ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {});
    await client.connect((era === 'v1' ? new FirstTransport(url, options) : new SecondTransport(url, options)) as never);
    return {
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args = {}) => {
        const answer = (await client.callTool({ name, arguments: args })) as { isError?: boolean; structuredContent?: unknown };
        return { isError: answer.isError === true, data: answer.structuredContent as Record<string, unknown> };
      },
      close: async () => {
        await client.close();
        await dispatcher.close();
      },
    };
  };

  it.each(eras)('a client of %s over HTTP rents, uses and ends a VM with a token and nothing else', async (era) => {
    const client = await overHttp(tokenOf(hosted), era);
    expect(await client.tools()).toEqual(expect.arrayContaining(['status', 'vm_create', 'vm_exec', 'vm_destroy']));
    const name = `box-${eras.indexOf(era)}`;
    const until = async (tool: string, args: Record<string, unknown>, done: (answer: Answer) => boolean): Promise<Answer> => {
      const answer = await client.call(tool, args);
      return done(answer) ? answer : until(tool, args, done);
    };
    // a create goes on after its call, and the same call finds it
    const create = { name, ttl: '1h', requestId: name };
    expect(await until('vm_create', create, ({ isError }) => !isError)).toMatchObject({ data: { name } });
    await until('vm_wait', { vm: name }, ({ data }) => data['state'] === 'healthy');
    expect(await client.call('vm_create', create)).toMatchObject({ isError: false, data: { replayed: true } });
    const ran = await client.call('vm_exec', { vm: name, command: ['echo', era] });
    expect(ran).toMatchObject({ isError: false, data: { untrustedStdout: `${era}\n` } });
    const ended = await until('vm_destroy', { vms: [name] }, ({ isError }) => !isError);
    expect(ended.data['items']).toMatchObject([{ name, state: 'terminated' }]);
    expect(owner.ledger((ledger) => ledger.vms().filter((vm) => vm.name === name))).toMatchObject([{ agent: 'hosted' }]);
    await devnet.advance(60_000);
    await client.close();
  });

  it('offers an agent what its slice lets it call, and nothing without its token', async () => {
    const client = await overHttp(tokenOf(local), 'v1');
    expect(await client.tools()).not.toContain('vm_exec');
    expect(await client.call('vm_show', { vm: 'box-0' })).toMatchObject({ isError: true, data: { code: 'VM_NOT_FOUND' } });
    await client.close();
    await expect(overHttp('a'.repeat(43), 'v1')).rejects.toThrow(/AGENT_REFUSED|401/);
    await expect(overHttp('a'.repeat(43), 'v2 of 2026-07-28')).rejects.toThrow();
    const dispatcher = new Agent({ connect: { socketPath: safe.socket } });
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const headers = { authorization: `Bearer ${tokenOf(local)}`, 'content-type': 'application/json', origin: 'https://a.example' };
    expect((await fetchBy('http://safe/mcp', { method: 'POST', headers, body, dispatcher })).status).toBe(400);
    await dispatcher.close();
  });

  it('the server on stdin and stdout of a home that has joined calls through the safe, and runs vm exec from here', async () => {
    const client = await mcpClient(local);
    expect((await client.call('status')).data).toMatchObject({ usd: '2.0000', live: 0 });
    const made = await client.call('vm_create', { name: 'mine', ttl: '1h', requestId: 'mine', timeoutSeconds: 300 });
    expect(made).toMatchObject({ isError: false, data: { name: 'mine' } });
    while ((await client.call('vm_wait', { vm: 'mine', timeoutSeconds: 300 })).data['state'] !== 'healthy');
    expect((await client.call('vm_exec', { vm: 'mine', command: ['echo', 'here'] })).data).toMatchObject({ untrustedStdout: 'here\n' });
    expect((await client.call('vm_destroy', { vms: ['mine'] })).isError).toBe(false);
    await client.close();
    expect(brokenRecords(owner, await devnet.bills())).toEqual([]);
  });
});
