import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type McpClient, mcpClient } from '../../support/mcp/mcp-client.ts';

let devnet: DevnetProcess;
let home: Awaited<ReturnType<DevnetProcess['home']>>;
let client: McpClient;

beforeAll(async () => {
  devnet = await startDevnet({ nodes: 30, guests: 'exec' });
  home = await devnet.home('9');
  client = await mcpClient(home, { flags: '--legacy-names' });
  await client.tools();
});
afterAll(async () => {
  await client.close();
  await devnet.close();
});

const usd = expect.stringMatching(/^\d+\.\d+$/);
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
/** Longer than a boot takes by the devnet's clock. */
const timeoutSeconds = 1800;

it('A-012 W-142 W-148 aleph_create_vm, dry: what it costs an hour and in all, and nothing is made', async () => {
  const planned = await client.call('aleph_create_vm', { name: 'ci', compute_units: 1, ttl_hours: 2, dry_run: true });
  expect(planned).toMatchObject({ isError: false, data: { verdict: 'allow', cost: { usdPerHour: '0.01425', mostUsd: '0.0285' } } });
  expect((await client.call('aleph_list_my_vms')).data).toMatchObject({ items: [], totals: { live: 0 } });
});

it('A-011 aleph_create_vm: what the limits refuse comes with the figure and the limit, and an unknown CRN by its name', async () => {
  expect(await client.call('aleph_create_vm', { name: 'ci', ttl_hours: 100_000 })).toMatchObject({
    isError: true,
    data: { code: 'TTL_TOO_LONG', sideEffects: 'none' },
  });
  expect(await client.call('aleph_create_vm', { name: 'ci', ttl_hours: 1, crn_hash: 'ffffffffffff' })).toMatchObject({
    isError: true,
    data: { code: 'NODE_NOT_FOUND', sideEffects: 'none' },
  });
});

it('A-013 A-018 W-142 aleph_create_vm: id, how to reach it, price, the whole cost and the end', async () => {
  const made = await client.call('aleph_create_vm', { name: 'ci', ttl_hours: 2, purpose: 'a build', timeoutSeconds });
  expect(made).toMatchObject({
    isError: false,
    data: {
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      name: 'ci',
      state: 'healthy',
      usdPerHour: '0.01425',
      costUntilExpiryUsd: '0.0285',
    },
  });
  expect(made.data.expiresAt).toEqual(instant);
  // no line for ssh with the check of host keys off: vm ssh pins the key of this host and port
  expect(made.data.ssh).toEqual({ host: expect.any(String), port: expect.any(Number), user: 'root' });
});

it('A-004 W-145 A-050 aleph_check_balance: what is there, what it burns, how long that lasts; aleph_list_my_vms: how many run', async () => {
  const { data } = await client.call('aleph_check_balance');
  expect(data).toMatchObject({ account: home.address, usd, spendableUsd: usd, usdPerHour: '0.01425', creditsEndAt: instant });
  // more than a day of one VM at this price, and no more than the whole balance lasts
  expect(data.runwaySeconds).toBeGreaterThan(86_400);
  expect(data.runwaySeconds).toBeLessThanOrEqual((9 / 0.01425) * 3600);
  expect((await client.call('aleph_list_my_vms')).data).toMatchObject({ totals: { live: 1, usdPerHour: '0.01425', asOf: instant } });
});

it('A-016 W-144 aleph_list_my_vms: id, name, node, state, price and end of each; vm show what it has cost', async () => {
  const { data } = await client.call('aleph_list_my_vms');
  expect(data.items).toEqual([
    expect.objectContaining({ name: 'ci', state: 'healthy', node: expect.any(String), usdPerHour: '0.01425', expiresAt: instant }),
  ]);
  expect(await home.must('vm show ci --full')).toMatchObject({ billedUsd: usd, heldUsd: usd });
});

it('W-146 aleph_extend_vm: the new end and what it costs more, planned and done', async () => {
  const before = (await client.call('aleph_list_my_vms')).data.items[0].expiresAt;
  const planned = await client.call('aleph_extend_vm', { vm_id: 'ci', additional_hours: 1, dry_run: true });
  expect(planned).toMatchObject({ isError: false, data: { verdict: 'allow', cost: { mostUsd: usd } } });
  const { data } = await client.call('aleph_extend_vm', { vm_id: 'ci', additional_hours: 1 });
  expect(Date.parse(data.expiresAt) - Date.parse(before)).toBe(3_600_000);
});

it('A-015 W-143 aleph_destroy_vm: signed by the VM’s own key, whichever account is in use; the receipt has what it cost', async () => {
  await home.must('keys create other --unencrypted');
  const [receipt] = (await home.must('vm destroy ci --account other --full')).items;
  expect(receipt).toMatchObject({ name: 'ci', state: 'terminated', noLongerListed: true, costUsd: usd });
  expect((await devnet.bills()).filter(({ owner, endedAt }) => owner === home.address && endedAt === null)).toEqual([]);
  expect(await client.call('aleph_destroy_vm', { vm_id: 'ci' })).toMatchObject({ isError: false, data: { changed: false } });
});
