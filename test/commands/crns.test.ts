import { describe, expect, it } from 'vitest';
import { type CliRun, cli } from '../support/cli-world.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

type Row = Record<string, unknown>;

/** A line typed in this world. */
const typed = (t: TestContext, line: string, terminal = false): Promise<CliRun> =>
  t.run(cli(line, { context: t.context, terminal, environment: { NO_COLOR: '1' } }));
const rows = async (t: TestContext, flags: string): Promise<Row[]> => {
  const run = await typed(t, `crns ls --json --full --limit 1000 ${flags}`);
  expect(run.exit, run.stdout).toBe(0);
  return run.json().data['items'] as Row[];
};
const named = (list: readonly Row[], t: TestContext, index: number): Row | undefined =>
  list.find(({ hash }) => hash === t.devnet.crns[index]!.spec.hash);
const forty = () => testContext({ devnet: { nodes: 40 } });

describe('crns ls (W-010, W-141, A-071, A-072)', () => {
  it('shows the suitable ones, best score first, and counts the known, the active and the healthy (W-214)', async () => {
    const t = await forty();
    const run = await typed(t, 'crns ls --json --full --limit 1000');
    const { items, total, totals } = run.json().data as { items: Row[]; total: number; totals: Row };
    expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score as number).sort((a, b) => b - a));
    expect(items.every(({ problems }) => (problems as string[]).every((problem) => problem === 'terms'))).toBe(true);
    expect(total).toBe(items.length);
    const specs = t.devnet.crns.map(({ spec }) => spec);
    expect(totals).toMatchObject({
      known: 40,
      active: specs.filter(({ listing }) => listing.inactiveForS === null).length,
      healthy: specs.filter(({ listing, linked, dead }) => listing.inactiveForS === null && linked && !dead).length,
      minVersion: '1.11.0',
      stale: false,
    });
    const everything = await rows(t, '--all');
    expect(everything).toHaveLength(40);
    expect(everything.length).toBeGreaterThan(items.length);
  });

  it('asks the first twelve themselves, and none with --no-probe', async () => {
    const t = await forty();
    const probes = () => t.requests.filter((line) => line.endsWith('/status/config')).length;
    const silent = await rows(t, '--no-probe');
    expect(probes()).toBe(0);
    expect(silent.every(({ list, roundTripMs }) => list === 'unasked' && roundTripMs === null)).toBe(true);
    const measured = await rows(t, '');
    expect(probes()).toBe(12);
    expect(measured.slice(0, 12).every(({ list, roundTripMs }) => list !== 'unasked' && typeof roundTripMs === 'number')).toBe(true);
    expect(measured.slice(12).every(({ list }) => list === 'unasked')).toBe(true);
  });

  it('says which entries are stale and which are false', async () => {
    const t = await testContext();
    await typed(t, 'crns ls --json --no-probe');
    t.fault('crn-1 other-hash', 'crn-2 dead');
    const list = await rows(t, '--all');
    expect(named(list, t, 0)).toMatchObject({ list: 'confirmed', problems: [] });
    expect(named(list, t, 1)).toMatchObject({ list: 'lies', problems: ['otherHash'] });
    expect(named(list, t, 2)).toMatchObject({ list: 'stale', active: true, roundTripMs: null, problems: ['silent'] });
    const { stdout } = await typed(t, 'crns ls --all');
    expect(stdout).toMatch(/list lies, otherHash/);
    expect(stdout).toMatch(/list stale, silent/);
    expect(stdout).toMatch(/3 known, 3 active, \d healthy\./);
  });

  it('free capacity is what the node admits: promised memory does not count as free (XA-17)', async () => {
    const t = await testContext();
    const { spec } = t.devnet.crns[0]!;
    const [row] = (await rows(t, '--no-probe')).filter(({ hash }) => hash === spec.hash);
    expect(row).toMatchObject({
      freeMemoryMib: spec.memoryMib - 2048 - 8192 - spec.committed.memoryMib,
      freeVcpus: spec.cores * 4 - spec.committed.vcpus,
      cores: spec.cores,
    });
  });

  it('filters (W-011)', async () => {
    const t = await forty();
    const all = await rows(t, '--all --no-probe');
    const median = (key: string) =>
      all
        .map((row) => row[key] as number)
        .filter((value) => value !== null)
        .sort((a, b) => a - b)[20]!;
    for (const [flag, key] of [
      ['--min-vcpus', 'freeVcpus'],
      ['--min-memory', 'freeMemoryMib'],
      ['--min-disk', 'freeDiskMib'],
      ['--min-score', 'score'],
    ] as const) {
      const least = median(key);
      const found = await rows(t, `--all --no-probe ${flag} ${least}`);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThan(40);
      expect(
        found.every((row) => (row[key] as number) >= least),
        flag,
      ).toBe(true);
    }
    const [first] = all;
    expect((await rows(t, `--all --no-probe --owner ${String(first!['owner']).toUpperCase().replace('0X', '0x')}`))[0]).toMatchObject({
      hash: first!['hash'],
    });
    const word = String(first!['untrustedName']).split(' ')[0]!.toLowerCase();
    const like = await rows(t, `--all --no-probe --name ${word}`);
    expect(like.length).toBeGreaterThan(0);
    expect(like.every(({ untrustedName }) => String(untrustedName).toLowerCase().includes(word))).toBe(true);
    const safe = await rows(t, '--all --no-probe --confidential');
    expect(safe.length).toBe(t.devnet.crns.filter(({ spec }) => spec.confidential).length);
  });

  it('A-051 finds a GPU by its model, in any spelling', async () => {
    const t = await testContext();
    const { spec } = t.devnet.crns[1]!;
    spec.gpus = [
      {
        vendor: 'NVIDIA',
        model: 'RTX 4090',
        device_name: 'AD102',
        device_class: '0300',
        pci_host: '0',
        device_id: '10de:2684',
        compatible: true,
      },
    ];
    expect(await rows(t, '--gpu rtx4090')).toMatchObject([{ hash: spec.hash, untrustedGpus: ['RTX 4090'] }]);
    expect(await rows(t, '--gpu H100')).toEqual([]);
  });

  it('says that hardly any region is known, and shows none that is not', async () => {
    const t = await testContext();
    const run = await typed(t, 'crns ls --region fr --json');
    expect(run.json()).toMatchObject({ data: { items: [], total: 0 }, warnings: [{ code: 'REGION_UNKNOWN' }] });
  });

  it.each([
    ['vcpus', 'freeVcpus'],
    ['memory', 'freeMemoryMib'],
    ['disk', 'freeDiskMib'],
  ] as const)('sorts by %s', async (sort, key) => {
    const t = await forty();
    const values = (await rows(t, `--sort ${sort} --no-probe`)).map((row) => row[key] as number);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('sorts by the round trip where it was measured, the others after them', async () => {
    const t = await forty();
    const trips = (await rows(t, '--sort trip')).map(({ roundTripMs }) => roundTripMs as number | null);
    const measured = trips.slice(0, 12) as number[];
    expect(measured.every((trip) => trip !== null)).toBe(true);
    expect(measured).toEqual([...measured].sort((a, b) => a - b));
    expect(trips.slice(12).every((trip) => trip === null)).toBe(true);
  });

  it('gives pages', async () => {
    const t = await forty();
    const first = (await typed(t, 'crns ls --json --limit 3 --no-probe')).json().data as { items: Row[]; nextCursor: string };
    const second = (await typed(t, `crns ls --json --limit 3 --no-probe --cursor ${first.nextCursor}`)).json().data as { items: Row[] };
    const all = await rows(t, '--no-probe');
    expect([...first.items, ...second.items].map(({ crn }) => crn)).toEqual(all.slice(0, 6).map(({ crn }) => crn));
  });

  it('serves the list stale when its source is down, and says so', async () => {
    const t = await testContext();
    await typed(t, 'crns ls --json');
    await t.devnet.clock.advance(3_600_000);
    t.fault('crns-list status 503');
    expect((await typed(t, 'crns ls --json')).json()).toMatchObject({
      data: { totals: { stale: true, listedAt: '2026-11-20T12:00:00Z' } },
      warnings: [{ code: 'LIST_STALE' }],
    });
    const text = await typed(t, 'crns ls');
    expect(text.stderr).toContain('LIST_STALE');
  });

  it('shows no terminal escapes of an operator', async () => {
    const t = await testContext();
    t.fault('crns-list escapes-in-names');
    const { stdout } = await typed(t, 'crns ls', true);
    expect(stdout).not.toMatch(/\u001b\]|\u202e/);
  });
});

describe('crns show', () => {
  it('has our own history with the node: boots, failures, time to ready', async () => {
    const t = await testContext();
    const vm = await t.run(createVm(t.context, { name: 'ci', crn: t.devnet.crns[0]!.address }));
    const run = await typed(t, `crns show ${vm.node.hash.slice(0, 12)} --json --full`);
    expect(run.json().data).toMatchObject({
      boots: 1,
      failures: 0,
      readySeconds: Math.round((vm.healthyAt! - vm.signedAt) / 100) / 10,
      reachable: true,
      identityConfirmed: true,
      confirmedByTwoHosts: true,
      list: 'confirmed',
      minVersion: '1.11.0',
      untrustedVersion: '2.1.0',
    });
    expect((await typed(t, `crns show ${vm.node.hash.slice(0, 12)}`)).stdout).toContain('1 came up, 0 failed, ready after');
  });

  it('shows an old version as a problem', async () => {
    const t = await testContext();
    const { spec } = t.devnet.crns[1]!;
    spec.version = '1.9.2';
    expect((await typed(t, `crns show ${spec.hash} --json`)).json().data).toMatchObject({
      problems: ['oldVersion'],
      untrustedVersion: '1.9.2',
    });
  });
});

describe('crns check (W-071)', () => {
  const check = async (t: TestContext, index: number, flags = '') => {
    const run = await typed(t, `crns check ${t.devnet.crns[index]!.spec.hash} --json ${flags}`);
    expect(run.exit, run.stdout).toBe(0);
    const data = run.json().data as { suitable: boolean; findings: { check: string; ok: boolean | null; untrustedFound: string }[] };
    return { ...data, run, bad: data.findings.filter(({ ok }) => ok === false).map(({ check }) => check) };
  };

  it('asks one node end to end and spends nothing', async () => {
    const t = await testContext();
    const { suitable, bad, findings, run } = await check(t, 0);
    expect({ suitable, bad }).toEqual({ suitable: true, bad: [] });
    expect(findings.map(({ check }) => check)).toEqual([
      'listed',
      'address',
      'answers',
      'identity',
      'version',
      'instances',
      'capacity',
      'ipv6',
      'egress',
      'executions',
      'scheduler',
      'terms',
      'history',
    ]);
    expect(findings.filter(({ ok }) => ok === null).map(({ check }) => check)).toEqual(['history']);
    expect(t.requests.every((request) => request.startsWith('GET '))).toBe(true);
    expect(run.json()['next']).toMatchObject([{ command: expect.stringMatching(/^aleph-agent vm create --crn [0-9a-f]{12} --dry-run$/) }]);
  });

  it.each<[string, (t: TestContext) => unknown, string[]]>([
    ['dead', (t) => t.fault('crn-1 dead'), ['answers', 'executions', 'scheduler']],
    ['lying', (t) => t.fault('crn-1 other-hash'), ['identity']],
    ['not yet itself', (t) => t.fault('crn-1 hash-unknown'), ['identity']],
    ['old', (t) => Object.assign(t.devnet.crns[1]!.spec, { version: '1.9.2' }), ['version']],
    ['full', (t) => Object.assign(t.devnet.crns[1]!.spec.committed, { memoryMib: 10 ** 6 }), ['capacity']],
    ['without QEMU', (t) => Object.assign(t.devnet.crns[1]!.spec, { qemu: false }), ['instances']],
    ['without IPv6 for VMs', (t) => Object.assign(t.devnet.crns[1]!.spec.ipv6, { vm: false }), ['ipv6']],
    ['without IPv6 at all', (t) => Object.assign(t.devnet.crns[1]!.spec.ipv6, { host: false }), ['ipv6', 'egress']],
    ['silent about its load', (t) => t.fault('crn-1 status 500 path=/about/usage'), ['capacity']],
  ])('a node that is %s', async (_what, spoil, expected) => {
    const t = await testContext();
    spoil(t);
    const { suitable, bad, run } = await check(t, 1);
    expect({ suitable, bad }).toEqual({ suitable: false, bad: expected });
    expect(run.json()['next']).toMatchObject([{ command: 'aleph-agent crns ls' }]);
  });

  it('takes the size to make room for, and names terms with the flag that accepts them', async () => {
    const t = await testContext();
    const { spec } = t.devnet.crns[2]!;
    spec.committed.memoryMib = spec.memoryMib - 2048 - 8192 - 4096;
    spec.terms = 'cd'.repeat(32);
    const small = await check(t, 2, '--cu 2');
    expect(small.suitable).toBe(true);
    expect(small.run.json()['next']).toMatchObject([{ command: expect.stringContaining('--accept-terms') }]);
    expect((await check(t, 2, '--cu 3')).bad).toEqual(['capacity']);
  });

  it('ends with NODE_NOT_FOUND for a node that nobody knows', async () => {
    const t = await testContext();
    const run = await typed(t, `crns check ${'0'.repeat(64)} --json`);
    expect(run.exit).toBe(3);
    expect(run.json().error).toMatchObject({ code: 'NODE_NOT_FOUND' });
  });
});

describe('vm create and its node', () => {
  it('says why in the plan and in the result (W-141)', async () => {
    const t = await testContext();
    const plan = (await typed(t, 'vm create ci --ttl 1h --dry-run --json')).json().data;
    expect(plan).toMatchObject({ crns: [expect.stringMatching(/^[0-9a-f]{12}$/), expect.anything(), expect.anything()] });
    expect(plan['why']).toMatch(/^drawn by chance, better ones more often, from 3 suitable nodes \(3 known\): score /);
    const made = (await typed(t, 'vm create ci --ttl 1h --json --full')).json().data;
    expect(made).toMatchObject({
      state: 'healthy',
      why: expect.stringMatching(/^drawn by chance, better ones more often, from 3 suitable nodes/),
    });
    expect((await typed(t, 'vm create ci --ttl 1h --if-exists return')).stdout).not.toContain('drawn');
  });

  it('warns that the list is stale and goes on', async () => {
    const t = await testContext();
    t.fault('crns-list status 503');
    expect((await typed(t, 'vm create ci --ttl 1h --dry-run --json')).json()).toMatchObject({
      ok: true,
      warnings: [{ code: 'LIST_STALE' }],
    });
  });
});
