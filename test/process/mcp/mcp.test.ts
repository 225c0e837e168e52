import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { eras, type McpClient, type McpSetup, mcpClient } from '../../support/mcp/mcp-client.ts';
import { approveAs } from '../../support/strays/unmarked-vm.ts';

/** Far longer than a boot takes by the devnet's clock, so that a busy machine does not end a wait. */
const timeoutSeconds = 1800;

let devnet: DevnetProcess;
const clients: McpClient[] = [];

beforeAll(async () => {
  devnet = await startDevnet({ nodes: 30, guests: 'exec' });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await devnet.close();
});

const homeAndClient = async (setup: McpSetup = {}) => {
  const home = await devnet.home('9');
  const client = await mcpClient(home, setup);
  clients.push(client);
  // a client that knows the tools checks each answer against what they say of it
  await client.tools();
  return { home, client };
};

describe.each(eras)('W-016 W-103 A-001 with the official client %s', (era) => {
  it('a VM is made, used, extended and destroyed; answers are the data of the same line, and phases are told', async () => {
    const { home, client } = await homeAndClient({ era });
    expect(client.instructions).toContain('requestId');
    const seen: (string | undefined)[] = [];
    const order = { name: 'ci', ttl: '2h', requestId: 'job-7', timeoutSeconds };
    const made = await client.call('vm_create', order, { onprogress: ({ message }) => seen.push(message) });
    expect(made).toMatchObject({ isError: false, data: { name: 'ci', state: 'healthy', replayed: false } });
    expect(made.texts[0]).toEqual(made.data);
    expect(seen).toEqual(expect.arrayContaining(['ci: held', 'ci: processed', 'ci: healthy']));

    // XA-03 the same request id is the same VM
    expect(await client.call('vm_create', order)).toMatchObject({ data: { id: made.data.id, replayed: true } });
    expect(await client.call('vm_exec', { vm: 'ci', command: ['echo', 'hello'] })).toMatchObject({
      isError: false,
      data: { exitCode: 0, untrustedStdout: 'hello\n' },
    });
    expect((await client.call('vm_ls')).data.items).toEqual((await home.must('vm ls')).items);
    expect((await client.call('credits_balance')).data).toMatchObject({ account: home.address });
    const before = (await client.call('vm_show', { vm: 'ci' })).data;
    const extended = await client.call('vm_extend', { vm: 'ci', by: '1h' });
    expect(Date.parse(extended.data.expiresAt) - Date.parse(before.expiresAt)).toBe(3600_000);
    const ended = await client.call('vm_destroy', { vms: ['ci'] });
    expect(ended).toMatchObject({ isError: false, data: { items: [{ state: 'terminated' }] } });
    expect((await devnet.bills()).filter(({ owner, endedAt }) => owner === home.address && endedAt === null)).toEqual([]);
  });

  it('tools/list is the same twice; what it lists is valid for the client', async () => {
    const { client } = await homeAndClient({ era });
    const [first, again] = [await client.tools(), await client.tools()];
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(first).toHaveLength(12);
  });

  it('failures are answers with code, fix and exposure, and never errors of the protocol', async () => {
    const { home, client } = await homeAndClient({ era });
    const failed = async (name: string, given: Record<string, unknown>) => {
      const { isError, data } = await client.call(name, given);
      expect(isError).toBe(true);
      return data;
    };
    expect(await failed('vm_show', { vm: 'nobody' })).toMatchObject({
      code: 'VM_NOT_FOUND',
      sideEffects: 'none',
      exposureUsdPerHour: '0',
      fix: { actor: 'agent', tool: 'vm_ls' },
    });
    expect(await failed('vm_create', { ttl: 'for ever' })).toMatchObject({ code: 'USAGE', message: expect.stringContaining('for ever') });
    expect(await failed('vm_create', { ttll: '2h' })).toMatchObject({ code: 'USAGE', message: expect.stringContaining('ttll') });
    expect(await failed('vm_create', { timeoutSeconds: 'long' })).toMatchObject({ code: 'USAGE' });
    expect(await failed('vm_create', { wait: 'banana' })).toMatchObject({ code: 'USAGE', message: expect.stringContaining('banana') });
    expect(await failed('vm_create', { constructor: 1 })).toMatchObject({ code: 'USAGE', message: expect.stringContaining('constructor') });
    expect(await failed('vm_cp', { source: 'a', target: 'ci:b' })).toMatchObject({ code: 'USAGE' });
    for (const [key, value] of Object.entries({ task: 'theirs', sshKey: '/etc/passwd', account: 'other', payer: home.address, yes: true }))
      expect(await failed('vm_create', { [key]: value }), key).toMatchObject({ code: 'USAGE' });
    expect(await failed('approve', { id: 'ap_1' })).toMatchObject({ code: 'USAGE', message: expect.stringContaining('no tool "approve"') });
    expect(await failed('vm_create', { ttl: '400d' })).toMatchObject({ code: 'TTL_TOO_LONG' });
  });

  it('W-140 a dry run shows plan and price, and spends nothing', async () => {
    const { home, client } = await homeAndClient({ era });
    const { data } = await client.call('vm_create', { ttl: '2h', dryRun: true });
    expect(data).toMatchObject({ action: 'vm create', verdict: 'allow', cost: { mostUsd: '0.0285' } });
    expect(home.ledger((ledger) => ledger.vms({}))).toEqual([]);
  });

  it('A-010 XA-02 what needs approval says so; the page is shown to a person once, and their answer approves nothing', async () => {
    const { home, client } = await homeAndClient({ era, person: 'accept', flags: '--approvals-at https://owner.example/approve' });
    const order = { name: 'big', cu: 4, ttl: '4h', timeoutSeconds };
    const asked = await client.call('vm_create', order);
    expect(asked).toMatchObject({ isError: true, data: { code: 'APPROVAL_NEEDED', fix: { actor: 'human' } } });
    const { approval } = asked.data.facts;
    expect(client.opened).toEqual([`https://owner.example/approve?approval=${approval}`]);
    expect(home.ledger((ledger) => ledger.vms({}))).toEqual([]);
    expect(home.ledger((ledger) => ledger.approval(approval)?.state)).toBe('pending');
    approveAs(home.folder, approval);
    expect(await client.call('approvals_wait', { id: approval })).toMatchObject({ data: { state: 'granted' } });
    expect(await client.call('vm_create', order)).toMatchObject({ isError: false, data: { name: 'big', state: 'healthy' } });
  });
});

it.each(eras)('A-010 a page that the person turns down, or that cannot be opened, leaves the answer as it is: %s', async (era) => {
  for (const person of ['decline', 'no browser'] as const) {
    const { client } = await homeAndClient({ era, person, flags: '--approvals-at https://owner.example/' });
    const asked = await client.call('vm_create', { cu: 4, ttl: '4h' }).catch((thrown: unknown) => thrown);
    // a client of 2026 that cannot open pages fails by itself; it got the id with the page
    if (era === 'v2 of 2026-07-28' && person === 'no browser') expect(asked).toBeInstanceOf(Error);
    else expect(asked).toMatchObject({ isError: true, data: { code: 'APPROVAL_NEEDED', facts: { approval: expect.any(String) } } });
  }
});

it('without a page, or a client that opens one, what needs approval is an answer at once', async () => {
  for (const setup of [{ person: 'accept' as const }, { flags: '--approvals-at https://owner.example/' }]) {
    const { client } = await homeAndClient(setup);
    expect(await client.call('vm_create', { cu: 4, ttl: '4h' })).toMatchObject({ isError: true, data: { code: 'APPROVAL_NEEDED' } });
    expect(client.opened).toEqual([]);
  }
});

it('W-14A --max-session-spend is counted over all calls of the server, extensions too, and is not given back by destroying', async () => {
  const { client } = await homeAndClient({ flags: '--max-session-spend 0.05' });
  const made = await client.call('vm_create', { name: 'one', ttl: '2h', timeoutSeconds });
  expect(made).toMatchObject({ isError: false, data: { costUntilExpiryUsd: '0.0285' } });
  const beyond = { isError: true, data: { code: 'SESSION_LIMIT', exit: 4, sideEffects: 'none', fix: { actor: 'human' } } };
  expect(await client.call('vm_extend', { vm: 'one', by: '2h' })).toMatchObject(beyond);
  expect(await client.call('vm_extend', { vm: 'one', by: '1h' })).toMatchObject({ isError: false });
  await client.call('vm_destroy', { vms: ['one'] });
  const again = await client.call('vm_create', { name: 'two', ttl: '1h', timeoutSeconds });
  expect(again).toMatchObject({ ...beyond, data: { ...beyond.data, checks: [{ figure: '0.0570', limit: '0.0500' }] } });
});

it('W-14A calls at once pass no limit of the server together', async () => {
  const { client } = await homeAndClient({ flags: '--max-session-spend 0.05' });
  const both = await Promise.all(
    ['a', 'b'].map((name) => client.call('vm_create', { name: `at-once-${name}`, ttl: '2h', timeoutSeconds })),
  );
  expect(both.map(({ isError }) => isError).sort()).toEqual([false, true]);
  expect(both.find(({ isError }) => isError)?.data.code).toBe('SESSION_LIMIT');
});

it('A-002 A-003 the earlier names work, and confirmed: true approves nothing', async () => {
  const { client } = await homeAndClient({ flags: '--legacy-names' });
  const names = (await client.tools()).map((tool) => (tool as { name: string }).name);
  expect(names.filter((name) => name.startsWith('aleph_'))).toHaveLength(7);
  const asked = await client.call('aleph_create_vm', { name: 'big', compute_units: 4, ttl_hours: 4, confirmed: true });
  expect(asked).toMatchObject({ isError: true, data: { code: 'APPROVAL_NEEDED' } });
  expect(asked.texts[1].warnings).toContainEqual(expect.objectContaining({ code: 'CONFIRMED_IGNORED' }));
  const planned = await client.call('aleph_create_vm', { name: 'ci', compute_units: 1, ttl_hours: 1.5, dry_run: true });
  expect(planned).toMatchObject({ isError: false, data: { summary: expect.stringMatching(/for 1h 30m|for 90m|for 1h30m/) } });
  expect(await client.call('aleph_create_vm', { name: 'ci', ttl_hours: 1, max_hourly_cost: 0.001 })).toMatchObject({
    data: { code: 'PRICE_CEILING' },
  });
  expect(await client.call('aleph_list_my_vms')).toMatchObject({ data: { items: [] } });
  expect(await client.call('aleph_check_balance')).toMatchObject({ isError: false });
  expect(await client.call('aleph_destroy_vm', { vm_id: 'nobody' })).toMatchObject({ data: { code: 'VM_NOT_FOUND' } });
  expect(await client.call('aleph_extend_vm', { vm_id: 'nobody', additional_hours: 1 })).toMatchObject({ data: { code: 'VM_NOT_FOUND' } });
});

it('what the policy forbids is not listed: nothing that holds credits while the account is frozen', async () => {
  const { home, client } = await homeAndClient();
  await home.must('freeze');
  const names = (await client.tools()).map((tool) => (tool as { name: string }).name);
  expect(names).not.toContain('vm_create');
  expect(names).not.toContain('vm_extend');
  expect(names).toContain('vm_destroy');
  expect(await client.call('vm_create', { ttl: '1h' })).toMatchObject({ data: { code: 'FROZEN' } });
});

it('A-005 what was left running is said in the first answer, and once', async () => {
  const { home } = await homeAndClient();
  const other = await devnet.homeOf(home);
  await other.must('vm create left --ttl 2h --timeout 30m');
  const client = await mcpClient(home);
  clients.push(client);
  const [first, second] = [await client.call('credits_balance'), await client.call('credits_balance')];
  expect(first.texts[1].warnings).toContainEqual(expect.objectContaining({ code: 'STRAY_VMS' }));
  expect(second.texts[1]?.warnings ?? []).not.toContainEqual(expect.objectContaining({ code: 'STRAY_VMS' }));
});

it('a create that outlives its call answers with the VM’s handle, and vm_wait goes on with it', async () => {
  const { client } = await homeAndClient();
  const made = await client.call('vm_create', { name: 'slow', ttl: '2h', timeoutSeconds: 1 });
  expect(made).toMatchObject({ isError: false, data: { name: 'slow' } });
  expect(made.texts[1].warnings).toContainEqual(expect.objectContaining({ code: 'STILL_WAITING' }));
  expect(made.texts[1].next[0]).toMatchObject({ tool: 'vm_wait', arguments: { vm: 'slow' } });
  expect(await client.call('vm_wait', { vm: 'slow', timeoutSeconds })).toMatchObject({ isError: false, data: { state: 'healthy' } });
});

it('cancelling a call stops waiting, not the operation', async () => {
  const { home, client } = await homeAndClient();
  const controller = new AbortController();
  const call = client.call(
    'vm_create',
    { name: 'left', ttl: '2h', timeoutSeconds },
    { signal: controller.signal, onprogress: ({ message }) => message === 'left: processed' && controller.abort() },
  );
  await expect(call).rejects.toThrow();
  expect((await client.call('vm_wait', { vm: 'left', timeoutSeconds })).data).toMatchObject({ state: 'healthy' });
  expect(home.ledger((ledger) => ledger.vms({}))).toHaveLength(1);
});
