import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type TaskClient, taskClient } from '../../support/mcp/task-client.ts';

describe('W-016 a create that outlives its call, for a client that takes tasks', () => {
  let devnet: DevnetProcess;
  const clients: TaskClient[] = [];
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await devnet.close();
  });
  const clientOf = async (home: AlephHome, flags: string): Promise<TaskClient> => {
    const client = await taskClient(home, flags);
    clients.push(client);
    return client;
  };
  /** Too short for a boot. */
  const create = { name: 'vm_create', arguments: { name: 'ci', ttl: '2h', timeoutSeconds: 1 } };

  it('is a task, which the official package for tasks follows to the VM', async () => {
    const home = await devnet.home('5');
    const { session } = await clientOf(home, '');
    const execution = await session.callTool('vm_create', create.arguments);
    expect(execution).toMatchObject({ kind: 'task', handle: { taskId: expect.stringMatching(/^vm_create\.[0-9a-f]{12}\.\d{13}$/) } });
    const { outcome } = await execution.settle();
    expect(outcome).toMatchObject({ status: 'completed', result: { structuredContent: { name: 'ci', state: 'healthy' } } });
    expect((await home.must('vm ls')).items).toMatchObject([{ name: 'ci', state: 'healthy' }]);
  });

  it('is the VM’s handle for one that says nothing of tasks', async () => {
    const { raw } = await clientOf(await devnet.home('5'), '');
    const { result } = await raw('tools/call', create, false);
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { name: 'ci', state: 'provisioning' } });
  });

  it('outlives the server that gave it: the ledger knows it', async () => {
    const home = await devnet.home('5');
    const first = await clientOf(home, '');
    const { result } = await first.raw('tools/call', create, true);
    expect(result).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null });
    await first.close();
    const { raw } = await clientOf(home, '');
    const { taskId, createdAt } = result as { taskId: string; createdAt: string };
    const look = async (): Promise<Record<string, unknown>> => (await raw('tasks/get', { taskId }, true)).result!;
    let seen = await look();
    while (seen['status'] === 'working') seen = await look();
    expect(seen).toMatchObject({
      resultType: 'complete',
      status: 'completed',
      taskId,
      createdAt,
      result: { structuredContent: { state: 'healthy' } },
    });
    expect(await raw('tasks/cancel', { taskId }, true)).toMatchObject({ result: { resultType: 'complete' } });
    // cancelling a task ends nothing
    expect((await home.must('vm ls')).items).toMatchObject([{ name: 'ci', state: 'healthy' }]);
  });

  it('completes with what became of a VM that somebody ended meanwhile', async () => {
    const home = await devnet.home('5');
    const { raw } = await clientOf(home, '');
    const { result } = await raw('tools/call', create, true);
    await home.must('vm destroy ci --yes --timeout 30m');
    const seen = (await raw('tasks/get', { taskId: result!['taskId'] }, true)).result!;
    expect(seen).toMatchObject({ status: 'completed', result: { structuredContent: { state: 'terminated' } } });
  });

  it('refuses an id that is none of ours, and whoever does not take tasks', async () => {
    const { raw } = await clientOf(await devnet.home('5'), '');
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect(await raw(method, { taskId: 'vm_create.ci.1' }, true)).toMatchObject({
        error: { code: -32602, message: expect.stringContaining('vm_create.ci.1') },
      });
      expect(await raw(method, { taskId: 'vm_create.0123456789ab.1795972324000' }, false)).toMatchObject({ error: { code: -32021 } });
    }
    const unknown = await raw('tasks/get', { taskId: 'vm_create.0123456789ab.1795972324000' }, true);
    expect(unknown).toMatchObject({
      result: { status: 'completed', result: { isError: true, structuredContent: { code: 'VM_NOT_FOUND' } } },
    });
  });

  it('a server that offers no vm_create has no tasks', async () => {
    const { raw } = await clientOf(await devnet.home('5'), '--tools vm_ls,vm_show');
    expect((await raw('server/discover', {}, true)).result).toMatchObject({ capabilities: { tools: {} } });
    expect(JSON.stringify((await raw('server/discover', {}, true)).result)).not.toContain('tasks');
    expect(await raw('tasks/get', { taskId: 'vm_create.0123456789ab.1795972324000' }, true)).toMatchObject({ error: { code: -32601 } });
  });
});
