import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../support/aleph-process.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

interface HostCall {
  tool: string;
  input: Record<string, unknown>;
  person?: 'yes' | 'no';
  /** The host stopped it before it began. */
  calledOff?: boolean;
}

interface Hosted {
  outputs: string[];
  asked: { permission: string; patterns: string[]; metadata: Record<string, unknown> }[];
}

const host = resolve(import.meta.dirname, '../../support/opencode/host.mjs');

describe('W-017 W-104 aleph-agent/opencode, as its host loads it', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12, guests: 'exec' });
  });
  afterAll(() => devnet.close());

  const hosted = async (home: AlephHome, generation: 1 | 2, calls: readonly HostCall[]): Promise<Hosted> => {
    const plan = JSON.stringify({ generation, options: { task: 'oc' }, calls });
    const { ALEPH_AGENT_OUTPUT: _, ...env } = home.env;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [host, plan], { env, cwd: home.cwd });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Hosted;
  };
  const read = (output: string | undefined): Document => JSON.parse(output ?? '') as Document;
  const liveOf = async ({ address }: AlephHome) =>
    (await devnet.bills()).filter(({ owner, endedAt }) => owner === address && endedAt === null);

  const create = { tool: 'aleph-agent_vm_create', input: { name: 'ci', ttl: '2h', requestId: 'job-7', timeoutSeconds: 1800 } };
  const use = { tool: 'aleph-agent_vm_exec', input: { vm: 'ci', command: ['echo', 'hello'] } };
  const destroy = { tool: 'aleph-agent_vm_destroy', input: { vms: ['ci'] } };

  it.each([1, 2] as const)('OpenCode %i: a VM is made, used and destroyed, for the task of its options', async (generation) => {
    const home = await devnet.home('5');
    const { outputs, asked } = await hosted(home, generation, [
      { ...create, person: 'yes' },
      use,
      { tool: 'aleph-agent_vm_ls', input: { ofTask: 'oc' } },
      destroy,
    ]);
    expect(read(outputs[0])).toMatchObject({ ok: true, schema: 'vm.create@1', data: { name: 'ci', state: 'healthy' } });
    expect(read(outputs[1])).toMatchObject({ data: { exitCode: 0, untrustedStdout: 'hello\n' } });
    expect(read(outputs[2]).data.items).toMatchObject([{ name: 'ci' }]);
    expect(read(outputs[3])).toMatchObject({ ok: true, data: { items: [{ state: 'terminated' }] } });
    expect(await liveOf(home)).toEqual([]);
    // the first generation asks by the tool, the second by the tool's permission
    expect(asked.map(({ permission, patterns }) => ({ permission, patterns }))).toEqual(
      generation === 1 ? [{ permission: 'aleph-agent_vm_create', patterns: ['vm create: at most 0.0285 USD'] }] : [],
    );
  });

  it('whose person says no: nothing is ordered; who says yes approves nothing that the policy asks for', async () => {
    const home = await devnet.home('9');
    const refused = await hosted(home, 1, [{ ...create, person: 'no' }]);
    expect(refused.outputs).toEqual(['threw rejected by the person']);
    expect((await home.must('vm ls')).items).toEqual([]);
    const dear = { tool: 'aleph-agent_vm_create', input: { cu: 4, ttl: '4h' } };
    const granted = await hosted(home, 1, [{ ...dear, person: 'yes' }]);
    expect(granted.asked).toMatchObject([{ metadata: { verdict: 'approve' } }]);
    expect(read(granted.outputs[0]).error).toMatchObject({ code: 'APPROVAL_NEEDED', exit: 10 });
    expect(await liveOf(home)).toEqual([]);
  });

  it('what its host called off is not begun', async () => {
    const home = await devnet.home('5');
    const { outputs } = await hosted(home, 2, [{ ...create, calledOff: true }]);
    expect(outputs).toEqual(['threw aleph-agent was not started, nothing happened: the host called it off.']);
    expect((await home.must('vm ls')).items).toEqual([]);
  });

  it('what spends nothing asks nobody, and a plan that fails is the answer', async () => {
    const home = await devnet.home('5');
    const { outputs, asked } = await hosted(home, 1, [
      { tool: 'aleph-agent_vm_create', input: { ttl: '2h', dryRun: true }, person: 'no' },
      { tool: 'aleph-agent_vm_create', input: { ttl: 'for ever' }, person: 'no' },
      { tool: 'aleph-agent_status', input: {}, person: 'no' },
    ]);
    expect(asked).toEqual([]);
    expect(read(outputs[0])).toMatchObject({ schema: 'plan@1' });
    expect(read(outputs[1]).error).toMatchObject({ code: 'USAGE', message: expect.stringContaining('for ever') });
    expect(read(outputs[2])).toMatchObject({ ok: true });
  });
});
