import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevnetWorld, devnetWorld } from '../support/devnet/devnet-world.ts';

interface Document {
  ok: boolean;
  data: Record<string, unknown> & { items: Record<string, unknown>[] };
  error: { code: string; exit: number; fix: { command: string | null }; checks: { code: string }[]; sideEffects: string };
  warnings?: { code: string; message: string }[];
}

describe('VMs in use, through the binary', () => {
  let world: DevnetWorld;
  const run = async (line: string, env: Record<string, string> = {}): Promise<Document & { exit: number | null }> => {
    const ran = await world.run(line, { env: { ALEPH_AGENT_OUTPUT: 'json', ...env } });
    expect(ran.stderr).toBe('');
    return { exit: ran.exit, ...(JSON.parse(ran.stdout) as Document) };
  };

  beforeAll(async () => {
    world = await devnetWorld();
    await world.must('keys create agent --unencrypted');
    await world.must('devnet fund 20');
    await world.must('vm create ci --cu 1 --ttl 2h --task build');
  });
  afterAll(() => world.close());

  it('shows where it is, how long it took, and its 2n6.me name', async () => {
    const { data } = await run('vm show ci --full');
    expect(data['web']).toMatch(/^([a-z]+-){3}[a-z]+\.2n6\.me$/);
    expect(data['readySeconds']).toBeGreaterThan(1);
    const { stdout } = await world.run('vm show ci');
    expect(stdout).toMatch(/ready after: +[\d.]+ s/);
  });

  it('stops, starts and reboots; a disk stays, and the bill goes on', async () => {
    await world.must('vm exec ci -- sh -c "echo kept > note"');
    const stopped = await run('vm stop ci');
    expect(stopped).toMatchObject({ exit: 0, data: { state: 'stopped', changed: true, usdPerHour: '0.01425' } });
    // its own timer is taken out with it, and there is no other
    expect(stopped.warnings).toMatchObject([{ code: 'BILLS_ON' }, { code: 'TTL_NOT_ENFORCED' }]);
    expect(await run('vm stop ci')).toMatchObject({ exit: 0, data: { state: 'stopped', changed: false } });
    expect(await run('vm reboot ci')).toMatchObject({
      exit: 7,
      error: { code: 'VM_NOT_READY', fix: { command: 'aleph-agent vm start ci' } },
    });
    expect((await run('vm ls')).data['totals']).toMatchObject({ usdPerHour: '0.01425' });
    expect(await run('vm start ci')).toMatchObject({
      exit: 0,
      data: { state: 'healthy', changed: true, note: expect.stringContaining('node') },
    });
    expect(await run('vm start ci')).toMatchObject({ exit: 0, data: { changed: false } });
    expect(await run('vm reboot ci')).toMatchObject({ exit: 0, data: { state: 'healthy' } });
    expect((await run('vm exec ci -- cat note')).data).toMatchObject({ exitCode: 0, untrustedStdout: 'kept\n' });
  });

  it('reinstalls for nobody but a person, whatever the flags', async () => {
    for (const line of ['vm reinstall ci', 'vm reinstall ci --yes']) {
      const refused = await run(line);
      expect(refused).toMatchObject({ exit: 10, error: { code: 'APPROVAL_NEEDED', sideEffects: 'none' } });
      expect(refused.error.fix.command).toMatch(/^aleph-agent approve ap_/);
    }
    expect((await run('vm exec ci -- cat note')).data).toMatchObject({ exitCode: 0 });
  });

  it('extends forwards only, within the policy, and tells the network', async () => {
    const before = (await run('vm show ci')).data['expiresAt'] as string;
    const planned = await run('vm extend ci --by 1h --dry-run');
    expect(planned.data).toMatchObject({ verdict: 'allow', cost: { mostUsd: '0.04275' } });
    const extended = await run('vm extend ci --by 1h');
    const until = extended.data['expiresAt'] as string;
    expect(extended).toMatchObject({ exit: 0, data: { changed: true, costUntilExpiryUsd: '0.04275' } });
    expect(Date.parse(until) - Date.parse(before)).toBe(3600_000);
    expect(await run(`vm extend ci --until ${until}`)).toMatchObject({ exit: 0, data: { changed: false } });
    expect(await run(`vm extend ci --until ${before}`)).toMatchObject({ exit: 2, error: { code: 'USAGE' } });
    for (const line of [
      'vm extend ci',
      'vm extend ci --by 1h --until 2030-01-01T00:00:00Z',
      'vm extend ci --by 0s',
      'vm extend ci --by -1h',
    ]) {
      expect(await run(line)).toMatchObject({ exit: 2 });
    }
    const refused = await run('vm extend ci --by 30h --yes');
    expect(refused).toMatchObject({ exit: 4, error: { code: 'TTL_TOO_LONG' } });
    expect(refused.error.checks.map(({ code }) => code)).toContain('APPROVAL_NEEDED');
    const account = (await run('keys show agent')).data['address'] as string;
    for (const host of world.devnet.data.endpoints.ccns) {
      const answer = await fetch(`${host}/api/v0/aggregates/${account}.json?keys=aleph-agent`);
      const { data } = (await answer.json()) as { data: Record<string, Record<string, { expires: string }>> };
      const { ledger, ...expiries } = data['aleph-agent']!;
      expect(Object.values(expiries)).toEqual([{ expires: until }]);
      expect(Object.keys(ledger!)).toEqual(['id', 'rows', 'head', 'at', 'approver', 'rootPolicy']);
    }
  });

  it('what cannot be published changes nothing, and says so', async () => {
    const before = (await run('vm show ci')).data['expiresAt'];
    await world.must('devnet fault ccn-a status 503 path=/api/v0/messages method=POST');
    await world.must('devnet fault ccn-b status 503 path=/api/v0/messages method=POST');
    expect(await run('vm extend ci --by 10m')).toMatchObject({ exit: 6, error: { code: 'HEAD_UNPUBLISHED', sideEffects: 'none' } });
    await world.must('devnet fault clear');
    expect((await run('vm show ci')).data['expiresAt']).toBe(before);
  });

  it('a task in the environment chooses nothing; nothing named is a mistake', async () => {
    for (const env of [{}, { ALEPH_AGENT_TASK: 'build' }]) {
      expect(await run('vm destroy', env)).toMatchObject({ exit: 2, error: { code: 'INPUT_MISSING' } });
    }
    expect(await run('vm destroy --expired')).toMatchObject({ exit: 0, data: { items: [], changed: false } });
    expect(await run('vm destroy --all', { ALEPH_AGENT_TASK: 'other' })).toMatchObject({ exit: 10 });
    const gone = await run('vm destroy --of-task build --task build');
    expect(gone).toMatchObject({ exit: 0, data: { changed: true, items: [{ name: 'ci', state: 'terminated', problem: null }] } });
    expect(await run('vm destroy --all')).toMatchObject({ exit: 0, data: { items: [], changed: false } });
  });
});
