import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DevnetWorld, devnetWorld } from '../support/devnet/devnet-world.ts';

/** A plan's data, a failure's error, or any command's data. */
type Answer = { data: Record<string, never>; error: { code: string; message: string; facts: Record<string, unknown> } };

describe('settings and project files act on every call (conventions.md §7)', () => {
  let world: DevnetWorld;
  let env: Record<string, string>;
  const project = (document: unknown): void => writeFileSync(join(world.cwd, '.aleph-agent.json'), JSON.stringify(document));
  const json = async (line: string, more: Record<string, string> = {}): Promise<Answer & { exit: number | null; stderr: string }> => {
    const { exit, stdout, stderr } = await world.run(`${line} --json`, { env: { ...env, ...more } });
    return { ...(JSON.parse(stdout) as Answer), exit, stderr };
  };
  const terms = async (line: string, more: Record<string, string> = {}): Promise<{ ttlSeconds: number; spec: { vcpus: number } }> =>
    (await json(`${line} --dry-run --full`, more)).data['terms'] as never;

  beforeAll(async () => {
    world = await devnetWorld('--nodes 6 --seed 7 --guests banner --clock waits');
    env = { ALEPH_AGENT_TIMEOUT: '', ALEPH_AGENT_NETWORK: '' };
    await world.must('keys create agent --unencrypted');
    await world.must('devnet fund 5');
    await world.must('config set network devnet', { env });
  });
  afterEach(async () => {
    rmSync(join(world.cwd, '.aleph-agent.json'), { force: true });
    for (const key of ['ttl', 'size', 'namePrefix', 'task', 'output', 'timeout']) await world.must(`config set ${key} --unset`, { env });
  });
  afterAll(() => world.close());

  it('the network of the settings is the one that is used, and a flag or variable wins', async () => {
    expect((await json('status')).data).toMatchObject({ network: 'devnet' });
    expect((await json('status --offline --network mainnet')).data).toMatchObject({ network: 'mainnet' });
    expect((await json('status --offline', { ALEPH_AGENT_NETWORK: 'mainnet' })).data).toMatchObject({ network: 'mainnet' });
  });

  it('XA-21 default lifetime and size: flag, variable, project, user, policy', async () => {
    expect(await terms('vm create ci')).toMatchObject({ ttlSeconds: 4 * 3600, spec: { vcpus: 1 } });
    await world.must('config set ttl 2h', { env });
    await world.must('config set size 2', { env });
    expect(await terms('vm create ci')).toMatchObject({ ttlSeconds: 7200, spec: { vcpus: 2 } });
    project({ ttl: '3h', size: 1 });
    expect(await terms('vm create ci')).toMatchObject({ ttlSeconds: 3 * 3600, spec: { vcpus: 1 } });
    const variables = { ALEPH_AGENT_TTL: '1h', ALEPH_AGENT_SIZE: '4' };
    expect(await terms('vm create ci', variables)).toMatchObject({ ttlSeconds: 3600, spec: { vcpus: 4 } });
    expect(await terms('vm create ci --ttl 30m --cu 6', variables)).toMatchObject({ ttlSeconds: 1800, spec: { vcpus: 6 } });
    expect(await terms('vm create ci --vcpus 3', variables)).toMatchObject({ spec: { vcpus: 3 } });
  });

  it('config explain says which layer won, and what each says', async () => {
    await world.must('config set ttl 2h', { env });
    project({ ttl: '3h' });
    const { data } = await json('config explain ttl', { ALEPH_AGENT_TTL: '1h' });
    expect(data).toMatchObject({
      value: '1h',
      layer: 'environment',
      layers: [
        { layer: 'flag', value: null },
        { layer: 'environment', source: 'ALEPH_AGENT_TTL', value: '1h' },
        { layer: 'project', source: join(world.cwd, '.aleph-agent.json'), value: '3h' },
        { layer: 'user', value: '2h' },
        { layer: 'default', value: null },
      ],
    });
  });

  it('prefix and task of the project go into name and ledger', async () => {
    project({ namePrefix: 'web', task: 'shop' });
    const made = await json('vm create --ttl 1h --full', { ALEPH_AGENT_TIMEOUT: '30m' });
    expect(made.data).toMatchObject({ name: expect.stringMatching(/^web-[a-z]+-[a-z]+-\w{3}$/), task: 'shop' });
    expect((await json('config get task')).data).toMatchObject({ value: 'shop', layer: 'project' });
    await world.must(`vm destroy ${String(made.data['name'])}`);
  });

  it('output and timeout of the settings hold, also for a line that is wrong', async () => {
    await world.must('config set output json', { env });
    await world.must('config set timeout 1s', { env });
    for (const line of ['status --offline', 'vm dance', 'vm ls --nope']) {
      const { stdout, stderr } = await world.run(line, { env });
      expect(JSON.parse(stdout)).toHaveProperty('ok');
      expect(stderr).toBe('');
    }
    expect((await world.run('status --offline --format text', { env })).stdout).not.toContain('{');
    expect((await world.run('status --offline', { env: { ...env, ALEPH_AGENT_OUTPUT: 'text' } })).stdout).not.toContain('{');
    const waited = await json('vm create slow --ttl 1h');
    expect(waited.error).toMatchObject({ code: 'STILL_WAITING' });
    await world.must('vm wait slow');
    await world.must('vm destroy slow');
  });

  it('limits of a project refuse, show in policy show and config explain, and cannot be loosened there', async () => {
    project({ limits: { maxDay: '0.01' } });
    const refused = await json('vm create ci --ttl 1h');
    expect(refused).toMatchObject({ exit: 4, error: { code: 'DAY_LIMIT' } });
    expect((await json('policy show')).data).toMatchObject({ maxDayUsd: '0.0100', tightenedBy: join(world.cwd, '.aleph-agent.json') });
    expect((await json('config explain limits.maxDay')).data).toMatchObject({
      value: '0.0100',
      layer: 'project',
      layers: [{ layer: 'project' }, { layer: 'default', value: '2.0000' }],
    });
    // the policy itself is as it was: lowering it starts from there
    expect((await json('policy set --max-day 1.9')).data).toMatchObject({ maxDayUsd: '1.9000' });
    project({ limits: { maxDay: '1.95' } });
    expect(await json('vm create ci --ttl 1h')).toMatchObject({
      exit: 2,
      error: { code: 'CONFIG_INVALID', facts: { key: 'limits.maxDay' } },
    });
  });

  it.each([
    { network: 'mainnet' },
    { chosenKey: { devnet: 'other' } },
    { networks: { devnet: {} } },
    { account: 'other' },
    { timeout: '1s' },
  ])('a project file cannot choose network, account or hosts: %o', async (document) => {
    project(document);
    const { exit, error } = await json('vm create ci --ttl 1h');
    expect({ exit, code: error.code, key: error.facts['key'] }).toEqual({ exit: 2, code: 'CONFIG_INVALID', key: Object.keys(document)[0] });
  });

  it('a project file that cannot be used does not keep a VM alive', async () => {
    await json('vm create doomed --ttl 1h', { ALEPH_AGENT_TIMEOUT: '30m' });
    mkdirSync(join(world.cwd, 'deep'), { recursive: true });
    project({ limits: { maxVms: 99 }, nonsense: true });
    expect(await json('vm ls')).toMatchObject({ exit: 2, error: { code: 'CONFIG_INVALID' } });
    const gone = await world.run('vm destroy doomed --json', { env: { ...env, ALEPH_AGENT_TIMEOUT: '30m' } });
    expect(gone.exit).toBe(0);
    expect(JSON.parse(gone.stdout)).toMatchObject({
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'PROJECT_FILE_IGNORED' })]),
    });
  });

  it('an unknown key answers with the nearest, a wrong value with what is right, and nothing is written', async () => {
    const before = readFileSync(join(world.folder, 'settings.json'), 'utf8');
    expect((await json('config set tll 2h')).error).toMatchObject({ code: 'USAGE', facts: { nearest: ['ttl', 'task', 'color'] } });
    expect((await json('config get networks.lab.cnn')).error).toMatchObject({ code: 'USAGE' });
    for (const [key, value, right] of [
      ['ttl', '2', 'a duration'],
      ['network', 'mainet', 'nearest: mainnet'],
      ['networks.lab.ccn', 'https://a.example,http://b.example', '"http://b.example"'],
      ['networks.lab.ccn', 'https://user:hunter2@a.example', 'without a password'],
      ['networks.mainnet.ccn', 'https://a.example', 'built in'],
      ['limits.maxDay', '9', "limits are the policy's"],
    ] as const) {
      const { exit, error } = await json(`config set ${key} ${value}`);
      expect({ exit, code: error.code }).toEqual({ exit: 2, code: 'USAGE' });
      expect(error.message).toContain(right);
      expect(error.message).not.toContain('hunter2');
    }
    expect((await json('config set chosenKey.mainnet agent')).error).toMatchObject({ code: 'WRONG_NETWORK' });
    expect((await json('config set chosenKey.devnet nobody')).error).toMatchObject({ code: 'KEY_NOT_FOUND' });
    expect(readFileSync(join(world.folder, 'settings.json'), 'utf8')).toBe(before);
  });

  it('a network is entered host by host, used when whole, and listed', async () => {
    await world.must('config set networks.lab.ccn https://a.example,https://b.example', { env });
    expect((await json('config set network lab')).error).toMatchObject({ code: 'USAGE', message: expect.stringContaining('crnsList') });
    expect((await json('status --offline --network lab')).error).toMatchObject({ code: 'CONFIG_INVALID' });
    await world.must('config set networks.lab.crnsList https://l.example', { env });
    await world.must('config set networks.lab.scheduler https://s.example', { env });
    expect((await json('status --offline --network lab')).data).toMatchObject({ network: 'lab' });
    const { data } = await json('config ls');
    expect(data['items']).toContainEqual(
      expect.objectContaining({ key: 'networks.lab.ccn', value: 'https://a.example,https://b.example' }),
    );
  });

  it('what is set and hidden by a stronger layer is said to be so', async () => {
    const { stdout } = await world.run('config set ttl 2h --json', { env: { ...env, ALEPH_AGENT_TTL: '1h' } });
    expect(JSON.parse(stdout)).toMatchObject({ data: { value: '1h', changed: true }, warnings: [{ code: 'SETTING_HIDDEN' }] });
  });
});
