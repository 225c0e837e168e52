import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import { agreed, brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import type { Home } from '../../support/home.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { atTerminal, keys } from '../../support/terminal.ts';

const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);

describe('an agent that holds nothing works through a safe (safe.md §3)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  let ci: Home;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12, guests: 'exec' });
    owner = await devnet.home('5');
    safe = await serveSafe(owner);
    ci = await safe.agent('ci', '--budget 1 --max-vms 2 --max-ttl 8h');
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  /** A call as a program makes it that has no client of ours. */
  const posted = async (home: Home, body: unknown): Promise<{ status: number; text: string }> => {
    const { token } = JSON.parse(readFileSync(join(home.folder, 'joined.json'), 'utf8')) as { token: string };
    const headers = { host: 'safe', authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: safe.socket, method: 'POST', path: '/v1/call', headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(body));
    });
  };

  const ok = async (home: Home, line: string): Promise<Record<string, unknown>> => {
    const ended = await persistently(() => home.run(line));
    expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
    // more than three that end within a minute are a person's to decide
    if (line.startsWith('vm destroy')) await devnet.advance(60_000);
    return ended.document().data;
  };

  it('has its token in one private file, and neither key, policy nor ledger', () => {
    const files = readdirSync(ci.folder, { recursive: true }).map(String);
    expect(files.filter((file) => /ledger|keys\/|policy/.test(file))).toEqual([]);
    const joined = JSON.parse(readFileSync(join(ci.folder, 'joined.json'), 'utf8')) as Record<string, string>;
    expect(joined).toMatchObject({ agent: 'ci', url: `unix:${safe.socket}`, account: owner.address });
    expect(owner.ledger((ledger) => JSON.stringify(ledger.agents()))).not.toContain(joined['token']);
  });

  it('rents, reaches, extends and ends a VM, whose rows name it', async () => {
    const made = await ok(ci, 'vm create box --ttl 1h --timeout 30m');
    expect(made).toMatchObject({ name: 'box', state: 'healthy' });
    expect(owner.ledger((ledger) => ledger.vms().map(({ agent, name }) => [agent, name]))).toEqual([['ci', 'box']]);
    const ran = await ci.run('vm exec box -- echo hello');
    expect([ran.exit, ran.document().data.untrustedStdout]).toEqual([0, 'hello\n']);
    expect(await ok(ci, 'vm extend box --by 1h')).toMatchObject({ name: 'box' });
    expect(await ok(ci, 'status')).toMatchObject({ usd: '0.9715', live: 1 });
    expect(await ok(ci, 'vm destroy box --timeout 10m')).toMatchObject({ changed: true });
    expect(brokenRecords(owner, await devnet.bills())).toEqual([]);
    expect(existsSync(join(ci.folder, 'ledger.sqlite'))).toBe(false);
  });

  it('S-06 runs a setup script over its own SSH, once, and the safe hears nothing of it', async () => {
    const script = join(ci.cwd, 'setup.sh');
    writeFileSync(script, '#!/bin/sh\necho "begun as $(id -un)"; echo x >>"$HOME/runs"; wc -l <"$HOME/runs"\n');
    const line = `vm create set --ttl 1h --setup ${script} --timeout 30m --request-id s1`;
    const made = await ok(ci, line);
    expect(made).toMatchObject({
      state: 'healthy',
      setup: { exitCode: 0, untrustedOutput: expect.stringMatching(/^begun as \w+\s+1\n$/) },
    });
    expect(await ok(ci, line)).toMatchObject({ id: made['id'], replayed: true, setup: { untrustedOutput: expect.stringMatching(/1\n$/) } });
    expect(await ok(ci, `vm wait set --setup ${script}`)).toMatchObject({ setup: { exitCode: 0 } });
    expect(codeOf(await ci.run(`vm create other --setup ${script} --no-wait`))).toBe('USAGE');
    expect(codeOf(await ci.run('vm create other --setup nothing-there'))).toBe('USAGE');
    expect(owner.ledger((ledger) => ledger.effects({ point: 'setup.run' }))).toEqual([]);
    writeFileSync(script, '#!/bin/sh\nexit 3\n');
    const failed = await ci.run(`vm create bad --ttl 1h --setup ${script} --timeout 30m`);
    expect(failed.document().error).toMatchObject({ code: 'SETUP_FAILED', facts: { exitCode: 3, name: 'bad' } });
    for (const name of ['set', 'bad']) await ok(ci, `vm destroy ${name} --timeout 10m`);
  });

  it('says which task a call is for, by flag or environment, and the safe holds its VMs against it', async () => {
    await ok(ci, 'vm create of-task --ttl 1h --task nightly --no-wait');
    const other = await ci.run('vm destroy of-task --task another');
    expect(other.document().error).toMatchObject({ code: 'APPROVAL_NEEDED', checks: [{ of: 'task' }] });
    expect(codeOf(await ci.run('vm destroy of-task --task BAD/'))).toBe('USAGE');
    const own = await persistently(() => ci.run('vm destroy of-task', { env: { ALEPH_AGENT_TASK: 'nightly' } }));
    expect(own.exit, own.stdout).toBe(0);
    await devnet.advance(60_000);
  });

  it('learns nothing of what others had at a node, of the safe’s certificates, or of the account’s reserve', async () => {
    const made = await agreed(owner, 'vm create owners --ttl 1h --timeout 30m');
    expect(made.exit, made.stdout).toBe(0);
    const [node] = owner.ledger((ledger) => ledger.vms().flatMap((vm) => (vm.name === 'owners' ? [vm.node.hash] : [])));
    const at = `crns show ${node!.slice(0, 12)}`;
    expect(await owner.must(at)).toMatchObject({ boots: expect.toSatisfy((boots: number) => boots > 0) });
    const own = owner.ledger((ledger) => ledger.vms().filter((vm) => vm.agent === 'ci' && vm.node.hash === node));
    expect(await ok(ci, at)).toMatchObject({ boots: own.filter(({ healthyAt }) => healthyAt !== null).length });
    expect((await ok(ci, 'status --full'))['rootCertificates']).toEqual([]);
    const { costUsd, neededUsd } = await ok(ci, 'credits estimate --ttl 2h');
    expect(neededUsd).toBe(costUsd);
  });

  it('watches its VMs at a terminal', async () => {
    const terminal = atTerminal('vm ls --watch', { env: { ...ci.env, ALEPH_AGENT_OUTPUT: '' }, cwd: ci.cwd, columns: 80 });
    await terminal.shows(/No VMs[\s\S]*Ctrl-C ends/);
    await ok(ci, 'vm create seen --ttl 1h --no-wait');
    await terminal.shows(/seen[\s\S]*1 live/);
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(130);
    await ok(ci, 'vm destroy seen --timeout 10m');
  });

  it('has the safe run a command in its VM, where its slice says so and it has no SSH', async () => {
    const hosted = await safe.agent('hosted', '--budget 1 --exec');
    await ok(hosted, 'vm create far --ttl 1h --timeout 30m');
    const exec = { command: 'vm exec', input: { vm: 'far', command: ['echo', 'from the safe'] } };
    const ran = await posted(hosted, exec);
    expect([ran.status, (JSON.parse(ran.text) as { data: unknown }).data]).toMatchObject([
      200,
      { untrustedStdout: 'from the safe\n', exitCode: 0 },
    ]);
    expect((await posted(ci, exec)).status).toBe(403);
    expect((await posted(hosted, { ...exec, input: { ...exec.input, stdin: true } })).status).toBe(400);
    await ok(hosted, 'vm destroy far --timeout 10m');
  });

  it('is refused what is the owner’s, other accounts, and files of either side', async () => {
    for (const line of ['keys ls', 'policy show', 'ledger ls', 'agents ls', 'freeze', 'gc', 'approve ap_1', 'vm adopt abcdef', 'doctor']) {
      expect([line, codeOf(await ci.run(line))]).toEqual([line, 'AGENT_REFUSED']);
    }
    for (const line of [
      'status --network mainnet',
      `status --payer 0x${'12'.repeat(20)}`,
      'vm create x --ssh-key k.pub',
      'vm create x --crn https://a.b/',
    ]) {
      expect([line, codeOf(await ci.run(line))]).toEqual([line, 'USAGE']);
    }
    expect(codeOf(await ci.run('vm create x --ttl 9h'))).toBe('TTL_TOO_LONG');
    expect(codeOf(await ci.run('vm logs x'))).toBe('AGENT_REFUSED');
  });

  it('asks, and what it was granted is its own; nobody at its side approves', async () => {
    const asked = await ci.run('vm create big --cu 4 --ttl 3h --no-wait --purpose training');
    expect(codeOf(asked)).toBe('APPROVAL_NEEDED');
    const id = String(asked.document().error.facts['approval']);
    expect(await ok(ci, `approvals show ${id} --full`)).toMatchObject({ state: 'pending', agent: 'ci', untrustedPurpose: 'training' });
    const ops = await safe.agent('ops');
    expect(codeOf(await ops.run(`approvals show ${id}`))).toBe('APPROVAL_NOT_FOUND');
    expect(codeOf(await ops.run('vm show box'))).toBe('VM_NOT_FOUND');
    owner.ledger((ledger) => ledger.write('approval.grant', (row) => row.updateApproval(id, { state: 'granted', decidedBy: 'terminal' })));
    expect(codeOf(await ops.run('vm create big --cu 4 --ttl 3h --no-wait --purpose training'))).toBe('APPROVAL_NEEDED');
    expect(await ok(ci, 'vm create big --cu 4 --ttl 3h --no-wait --purpose training')).toMatchObject({ name: 'big' });
    expect(owner.ledger((ledger) => ledger.approval(id))).toMatchObject({ state: 'used', agent: 'ci' });
    await ok(ci, 'vm destroy big --timeout 10m');
  });

  it('an invitation is good once, and a second use stands in the trail', async () => {
    const invitation = await safe.invite('once');
    const home = await safe.agent('other');
    await home.must('leave');
    await home.must('join -', { stdin: invitation });
    const again = await home.run('join -', { stdin: invitation });
    expect(codeOf(again)).toBe('AGENT_REFUSED');
    expect(owner.ledger((ledger) => ledger.effects({ point: 'agents.set', limit: 1 })[0]!.outcome)).toBe('joined twice');
  });

  it('is out within the next call once it is revoked; its VMs run on, or end with it', async () => {
    const gone = await safe.agent('gone');
    await ok(gone, 'vm create left --ttl 1h --no-wait');
    expect(await ok(owner, 'agents revoke gone')).toMatchObject({ left: [expect.any(String)] });
    expect(codeOf(await gone.run('status'))).toBe('AGENT_REFUSED');
    expect(owner.ledger((ledger) => ledger.vms().filter(({ agent }) => agent === 'gone'))).toMatchObject([{ name: 'left' }]);
    // after what the agents destroyed within a minute the owner is asked, once
    expect((await agreed(owner, 'vm destroy left --timeout 10m')).exit).toBe(0);
  });

  it('what is no token, or no call, gets a declared answer', async () => {
    const ask = (method: string, path: string, headers: Record<string, string>, body = ''): Promise<{ status: number; code: string }> =>
      new Promise((resolve, reject) => {
        const sent = request({ socketPath: safe.socket, method, path, headers: { host: 'safe', ...headers } }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, code: (JSON.parse(text) as { error: { code: string } }).error.code }),
          );
        });
        sent.on('error', reject);
        sent.end(body);
      });
    const { token } = JSON.parse(readFileSync(join(ci.folder, 'joined.json'), 'utf8')) as { token: string };
    const own = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const call = (body: unknown) => ask('POST', '/v1/call', own, JSON.stringify(body));
    expect(await ask('GET', '/v1/whoami', {})).toEqual({ status: 401, code: 'AGENT_REFUSED' });
    expect(await ask('GET', '/v1/whoami', { authorization: `Bearer ${'a'.repeat(43)}` })).toEqual({ status: 401, code: 'AGENT_REFUSED' });
    expect(await ask('GET', '/', {})).toEqual({ status: 400, code: 'USAGE' });
    expect(await ask('POST', '/v1/call', own, '{')).toEqual({ status: 400, code: 'USAGE' });
    expect(await ask('POST', '/v1/call', own, JSON.stringify({ command: 'status', pad: 'x'.repeat(70_000) }))).toEqual({
      status: 400,
      code: 'USAGE',
    });
    expect(await call({ command: 'status', more: 1 })).toEqual({ status: 400, code: 'USAGE' });
    expect(await call({ command: 'keys show' })).toEqual({ status: 403, code: 'AGENT_REFUSED' });
    expect(await call({ command: 'vm create', input: { setup: '/etc/passwd' } })).toEqual({ status: 400, code: 'USAGE' });
    // where it is no word, a schema refuses it, and nothing before that takes it for one
    expect(await call({ command: 'credits estimate', input: { cu: { toString: 'x', valueOf: 'y' }, ttl: '1h' } })).toEqual({
      status: 400,
      code: 'USAGE',
    });
    const list = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/list' }));
    expect(await ask('POST', '/mcp', own, JSON.stringify(list))).toEqual({ status: 400, code: 'USAGE' });
    expect(await call({ command: 'status', registry: 'other' })).toEqual({ status: 409, code: 'SAFE_VERSION' });
    expect(await call({ command: 'vm show', input: { vm: 'nobody' } })).toEqual({ status: 404, code: 'VM_NOT_FOUND' });
  });
});

describe('a safe that is killed', () => {
  it('answers again once it is served, and a request id finds its VM', async () => {
    const devnet = await startDevnet({ nodes: 6 });
    const owner = await devnet.home('5');
    const first = await serveSafe(owner);
    const ci = await first.agent('ci');
    const line = 'vm create box --ttl 1h --no-wait --request-id r1';
    const made = (await ci.run(line)).document().data as { id: string };
    await first.kill();
    expect(codeOf(await ci.run('status'))).toBe('SAFE_UNREACHABLE');
    // at the same place: the agent's token goes nowhere else
    const { child, ended } = owner.start(`serve --socket ${first.socket}`);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    const again = (await persistently(() => ci.run(line))).document().data as { id: string; replayed: boolean };
    expect([again.id, again.replayed]).toEqual([made.id, true]);
    expect(brokenRecords(owner, await devnet.bills())).toEqual([]);
    child.kill('SIGTERM');
    await ended;
    await devnet.close();
  });
});
