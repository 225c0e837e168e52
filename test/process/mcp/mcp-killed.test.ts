import { afterAll, beforeAll, expect, it } from 'vitest';
import { brokenRecords, leftOver, unfinished } from '../../support/crash/crash-case.ts';
import { crashPoints, kills } from '../../support/crash/crash-points.ts';
import { type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { mcpClient } from '../../support/mcp/mcp-client.ts';

const order = { name: 'box', ttl: '2h', requestId: 'job-1', timeoutSeconds: 1800 };

let devnet: DevnetProcess;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 60 });
});
afterAll(() => devnet.close());

/** `npm run mcp-kills` takes all of them; the others are killed the same way without MCP. */
const few = ['create.hold:after:1', 'create.publish:before:1', 'create.publish:after:1', 'create.healthy:before:1'];
const all = kills(crashPoints.create);
if (few.some((kill) => !all.includes(kill))) throw new Error('a kill that is no more');

it.concurrent.each(process.env['MCP_KILLS'] === 'all' ? all : all.filter((kill) => few.includes(kill)))(
  'XA-01 a server killed at %s leaves nothing unrecorded, and the same call goes on',
  async (crash) => {
    const home = await devnet.home('5');
    const killed = await mcpClient(home, { env: { ALEPH_AGENT_CRASH: crash } });
    await expect(killed.call('vm_create', order)).rejects.toThrow();
    const bills = await devnet.bills();
    const mine = () => bills.filter(({ owner }) => owner === home.address);
    expect(brokenRecords(home, mine())).toEqual([]);

    const client = await mcpClient(home);
    const made = await client.call('vm_create', order);
    expect(made, crash).toMatchObject({ isError: false, data: { name: 'box', state: 'healthy' } });
    await client.call('vm_destroy', { vms: ['box'] });
    await client.close();
    const after = (await devnet.bills()).filter(({ owner }) => owner === home.address);
    expect([...brokenRecords(home, after), ...unfinished(home, after), ...leftOver(home, after)]).toEqual([]);
  },
);
