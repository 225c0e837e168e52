// An MCP client that does a few tasks as it should: what it needs to start the server is in mcp.json.
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { answer, task } from './shell.mjs';

const { command, args } = JSON.parse(readFileSync('mcp.json', 'utf8')).mcpServers['aleph-agent'];
const client = new Client({ name: 'right', version: '1' });
await client.connect(new StdioClientTransport({ command, args, stderr: 'ignore' }));
await client.listTools();
const call = async (name, input) => (await client.callTool({ name, arguments: input }, { timeout: 600_000 })).structuredContent;

const doing = {
  async look() {
    const { items } = await call('vm_ls', {});
    answer({ vms: items.length, usdPerHour: items.reduce((sum, { usdPerHour }) => sum + Number(usdPerHour), 0).toFixed(6) });
  },
  async 'create-within'() {
    await call('vm_create', { name: 'build', cu: 2, ttl: '2h', maxTotal: '0.10', requestId: 'build' });
  },
  async 'extend-asks'() {
    await call('vm_extend', { vm: 'ci', by: '15h' });
  },
};

await doing[task]?.();
await client.close();
