import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

describe('aleph-agent call', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
    home = await devnet.home('5');
  });
  afterAll(() => devnet.close());

  const call = (tool: string, input: unknown) =>
    home.run(`call ${tool}`, { stdin: typeof input === 'string' ? input : JSON.stringify(input) });

  it('prints the document of the command that it calls, with its exit code', async () => {
    const made = await call('vm_create', { name: 'ci', ttl: '2h', requestId: 'job-7', timeoutSeconds: 1800 });
    expect(made.exit).toBe(0);
    expect(made.document()).toMatchObject({ ok: true, schema: 'vm.create@1', data: { name: 'ci', state: 'healthy' } });
    expect((await call('vm_ls', '')).document().data).toEqual((await home.run('vm ls')).document().data);
    const missing = await call('vm_show', { vm: 'nobody' });
    expect(missing).toMatchObject({ exit: 3 });
    expect(missing.document()).toMatchObject({ ok: false, error: { code: 'VM_NOT_FOUND' } });
    expect((await call('vm_create', { ttl: '2h', dryRun: true })).document()).toMatchObject({ schema: 'plan@1' });
  });

  it('refuses what is no JSON object, no tool, or speaks of streams that a tool has not', async () => {
    const code = async (tool: string, input: unknown) => (await call(tool, input)).document().error;
    expect(await code('vm_show', '{"vm":')).toMatchObject({ code: 'USAGE', message: expect.stringContaining('{"vm":') });
    expect(await code('vm_show', '["ci"]')).toMatchObject({ code: 'USAGE' });
    expect(await code('vm_shw', {})).toMatchObject({ code: 'USAGE', message: expect.stringContaining('vm_show') });
    expect(await code('keys_backup', {})).toMatchObject({ code: 'USAGE' });
    expect(await code('vm_exec', { vm: 'ci', command: ['true'], stdin: true })).toMatchObject({ code: 'USAGE' });
    expect(await code('vm_ls', { dryRun: true })).toMatchObject({ code: 'USAGE' });
  });

  it('XA-02 approves nothing: an owner’s commands are no tools', async () => {
    const { error } = (await call('vm_create', { cu: 4, ttl: '4h' })).document();
    expect(error.code).toBe('APPROVAL_NEEDED');
    for (const tool of ['approve', 'policy_set', 'policy_approver_set', 'thaw', 'keys_import']) {
      expect((await call(tool, { id: error.facts['approval'] })).document().error.code, tool).toBe('USAGE');
    }
  });
});
