import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/adapters/ledger/connection.ts';
import { openLedger, openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { formatInstant } from '../../src/domain/text/instant.ts';
import { destroy } from '../../src/lifecycle/end/destroy.ts';
import { reconcile } from '../../src/lifecycle/gc/reconcile.ts';
import { type CliRun, cli } from '../support/cli-world.ts';
import { create, createVm } from '../support/lifecycle-calls.ts';
import { Death, openWorld, type TestContext, testContext } from '../support/test-context.ts';

const hour = 3_600_000;
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};
const inside =
  (t: TestContext, terminal = false) =>
  (line: string): Promise<CliRun> =>
    t.run(cli(line, { context: t.context, terminal, environment: { NO_COLOR: '1' } }));
type Row = Record<string, unknown>;
const rowsOf = (run: CliRun) => run.json().data['items'] as Row[];

/** One VM that came and went, on a ledger in a file that a test can spoil. */
const lived = async () => {
  const world = await openWorld();
  const path = join(folder(), 'ledger.sqlite');
  const ledger = openLedger({ path, now: world.devnet.clock.now });
  onTestFinished(async () => {
    ledger.close();
    await world.close();
  });
  const t = await testContext({ world: { ...world, ledger } });
  const vm = await t.run(createVm(t.context, { name: 'ci', task: 'build', ttlSeconds: 2 * 3600 }));
  await t.devnet.clock.advance(hour);
  await t.run(destroy(t.context, vm.id, 'destroy'));
  const spoil = (sql: string): void => {
    const connection = connect(path);
    for (const trigger of ['effectsKeep', 'effectsStay', 'vmsStay']) connection.execute(`DROP TRIGGER IF EXISTS ${trigger}`);
    connection.execute('PRAGMA foreign_keys = OFF');
    connection.execute(sql);
    connection.close();
  };
  return { t, vm, spoil, call: inside(t) };
};

describe('ledger ls (W-150, product.md §6)', () => {
  it('has a row for each effect: who, what, cost, latency and outcome', async () => {
    const { call } = await lived();
    const rows = rowsOf(await call('ledger ls --json --full')).reverse();
    expect(rows.map((row) => row['seq'])).toEqual(rows.map((_, place) => place + 1));
    for (const what of [
      'create.hold',
      'create.published',
      'create.processed',
      'create.price',
      'create.healthy',
      'operation.end',
      'destroy.begin',
      'destroy.published',
      'destroy.erased',
      'destroy.terminated',
    ])
      expect(rows.map((row) => row['what'])).toContain(what);
    expect(rows[0]).toMatchObject({
      what: 'create.hold',
      task: 'build',
      name: 'ci',
      outcome: 'held',
      usd: '0.0285',
      billedUsd: '0.0000',
      settled: false,
    });
    const timed = rows.filter(({ what }) => /published|processed|healthy|erased|terminated|operation.end/.test(String(what)));
    expect(timed.filter(({ latencyMs }) => latencyMs === null)).toEqual([]);
    expect(rows.find(({ what }) => what === 'create.healthy')?.['latencyMs']).toBeGreaterThan(0);
  });

  it('sets what was settled beside the estimate', async () => {
    const { t, call } = await lived();
    await t.devnet.clock.advance(2 * hour);
    await t.run(reconcile(t.context, t.account));
    await t.devnet.clock.advance(27 * hour);
    await t.run(reconcile(t.context, t.account));
    const [bill] = t.bills();
    const [first] = rowsOf(await call('ledger ls --json --full')).reverse();
    expect(first).toMatchObject({ usd: '0.0285', settled: true });
    expect(Number(first?.['billedUsd']) * 1e6).toBeCloseTo(Number(bill?.billedCredits), 3);
    expect((await call('ledger show ci')).stdout).toMatch(/ci +[0-9a-f]{12} +terminated +0\.01\d+ +0\.01\d+ +yes/);
  });

  it('pages, filters, and keeps networks apart', async () => {
    const { t, call } = await lived();
    const all = rowsOf(await call('ledger ls --json')).map(({ seq }) => seq);
    const first = (await call('ledger ls --limit 3 --json')).json().data;
    const rest = rowsOf(await call(`ledger ls --limit 1000 --cursor ${first['nextCursor']} --json`)).map(({ seq }) => seq);
    expect([...(first['items'] as Row[]).map(({ seq }) => seq), ...rest]).toEqual(all);
    expect(rowsOf(await call('ledger ls --vm ci --json')).length).toBeLessThan(all.length);
    expect((await call('ledger ls --vm nobody --json')).json().error).toMatchObject({ code: 'VM_NOT_FOUND' });
    const elsewhere = await cli('ledger ls --json', { context: { ...t.context, network: 'mainnet' } });
    expect(elsewhere.json().data).toMatchObject({ items: [], total: 0 });
  });

  it('fits 80 columns at a narrow terminal', async () => {
    const { t } = await lived();
    const text = (await inside(t, true)('ledger ls')).stdout;
    expect(text).toContain('create.healthy');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('ledger show', () => {
  it('has the effects of one operation, oldest first', async () => {
    const { call } = await lived();
    const { data } = (await call('ledger show ci --json --full')).json();
    expect(data).toMatchObject({ kind: 'create', state: 'succeeded', task: 'build' });
    const effects = data['effects'] as Row[];
    expect(effects[0]).toMatchObject({ what: 'create.hold', usd: '0.0285' });
    expect(effects.map(({ seq }) => Number(seq))).toEqual(effects.map(({ seq }) => Number(seq)).sort((a, b) => a - b));
    expect((await call('ledger show op_00000000 --json')).json().error).toMatchObject({ code: 'OPERATION_NOT_FOUND' });
  });

  it('knows VMs that were adopted', async () => {
    const world = await openWorld();
    onTestFinished(() => world.close());
    const before = await testContext({ world: { ...world, ledger: openMemoryLedger({ now: world.devnet.clock.now }) } });
    await before.run(createVm(before.context, { name: 'ci' }));
    const t = await testContext({ world });
    const { adopted } = await t.run(reconcile(t.context, t.account));
    const { data } = (await inside(t)(`ledger show ${adopted[0]!.name} --json`)).json();
    expect(data).toMatchObject({ kind: 'adopt', state: 'succeeded', effects: [{ what: 'reconcile.adopt' }] });
  });
});

describe('ledger verify (product.md §7)', () => {
  it('finds nothing wrong, gives its figures, and says what it cannot find', async () => {
    const { call } = await lived();
    const { data } = (await call('ledger verify --json --full')).json();
    expect(data).toMatchObject({
      intact: true,
      liveInLedger: 0,
      liveOnNetwork: 0,
      onlyInLedger: [],
      onlyOnNetwork: [],
      publishedHead: expect.stringMatching(/^1:[0-9a-f]{64}$/),
      publishedBy: 'this',
      headHolds: null,
    });
    expect(data['head']).toMatch(new RegExp(`^${data['rows']}:[0-9a-f]{64}$`));
    expect((data['cannotFind'] as string[]).join()).toContain('--head');
    expect((await call(`ledger verify --head ${data['head']} --json --full`)).json().data).toMatchObject({ headHolds: true });
    expect((await call('ledger verify')).stdout).toContain('It cannot find:');
  });

  it.each([
    ['a changed row', 'UPDATE effects SET credits = 1 WHERE seq = 1', /^Row 1 does not follow/],
    ['changed facts', `UPDATE effects SET facts = '{}' WHERE point = 'create.hold'`, /^Row 1 does not follow/],
    ['a lost row', 'DELETE FROM effects WHERE seq = 4', /^Row 4 does not follow/],
    [
      'a changed message',
      "UPDATE signed SET bytes = replace(bytes, 'vcpus', 'vcpuz') WHERE kind = 'INSTANCE'",
      /^1 stored messages are not what was signed/,
    ],
    [
      'a message that is cut',
      "UPDATE signed SET bytes = substr(bytes, 1, 200) WHERE id = (SELECT max(id) FROM signed WHERE kind = 'FORGET')",
      /^1 stored messages are not what was signed/,
    ],
    ['a VM whose row is gone', 'DELETE FROM vms', /^1 VM stands in the ledger or in its trail alone/],
  ])('finds %s', async (_what, sql, message) => {
    const { call, spoil } = await lived();
    spoil(sql);
    const run = await call('ledger verify --json');
    expect(run.exit).toBe(7);
    expect(run.json().error).toMatchObject({ code: 'LEDGER_BROKEN', sideEffects: 'none', message: expect.stringMatching(message) });
    expect(run.json().error['checks']).toHaveLength(1);
  });

  it('product.md §1 rule 13: names a row that is dated ahead of the clock, which gc is stopped by', async () => {
    const world = await openWorld();
    const t = await testContext({ world });
    await t.run(createVm(t.context, { name: 'ci' }));
    const ahead = await testContext({ world, skewMs: 40 * 24 * hour });
    await t.run(destroy(ahead.context, t.vms()[0]!.id, 'destroy'));
    const newest = t.ledger.effects().reduce((latest, row) => (row.at > latest.at ? row : latest));
    const run = await inside(t)('ledger verify --json --full');
    expect(run.json()).toMatchObject({
      ok: true,
      data: { intact: true, aheadOfClock: { row: newest.seq, at: formatInstant(newest.at) } },
      warnings: [{ code: 'CLOCK_UNTRUSTED', message: expect.stringMatching(/^Row \d+ is dated 2026-12-30T12:\S+Z, and it is 2026-11-/) }],
    });
    await t.run(t.devnet.clock.wait(41 * 24 * hour));
    expect((await inside(t)('ledger verify --json --full')).json().data['aheadOfClock']).toBeNull();
    await world.close();
  });

  it('finds what a whole chain hides only with a head kept elsewhere', async () => {
    const { call, spoil } = await lived();
    const { head } = (await call('ledger verify --json')).json().data as { head: string };
    spoil('DELETE FROM effects WHERE seq = (SELECT max(seq) FROM effects)');
    expect((await call('ledger verify --json')).json().ok).toBe(true);
    const { error } = (await call(`ledger verify --head ${head} --json`)).json();
    expect(error).toMatchObject({ code: 'LEDGER_BROKEN', message: expect.stringContaining(`head ${head}`) });
    expect((await call('ledger verify --head 3:abc --json')).json().error).toMatchObject({ code: 'USAGE' });
  });

  it('holds live VMs of the ledger against the network, and works without it', async () => {
    const t = await testContext();
    const call = inside(t);
    const vm = await t.run(createVm(t.context, { name: 'ci' }));
    expect((await call('ledger verify --json')).json().data).toMatchObject({ liveInLedger: 1, liveOnNetwork: 1 });
    const lost = { ...t.context, ledger: async () => openMemoryLedger({ now: t.devnet.clock.now }) };
    const run = (await t.run(cli('ledger verify --json', { context: lost }))).json();
    expect(run.data).toMatchObject({ rows: 0, head: null, liveInLedger: 0, liveOnNetwork: 1, onlyOnNetwork: [vm.id.slice(0, 12)] });
    expect(run.data).toMatchObject({ publishedBy: 'another' });
    expect(run['next']).toMatchObject([{ command: 'aleph-agent gc --execute' }, { command: 'aleph-agent ledger take-over' }]);
    t.fault('ccn-a drop-before', 'ccn-b drop-before');
    const offline = (await call('ledger verify --json')).json();
    expect(offline.data).toMatchObject({ intact: true, liveOnNetwork: null });
    expect(offline['warnings']).toMatchObject([{ code: 'NETWORK_UNAVAILABLE' }]);
  });
});

describe('ledger export (W-150)', () => {
  const lines = (text: string): Row[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);

  it('is NDJSON with every effect, VM and message; the chain can be followed in it', async () => {
    const { t, call } = await lived();
    const text = (await call('ledger export')).stdout;
    const rows = lines(text);
    const effects = rows.filter(({ type }) => type === 'effect');
    expect(effects.length).toBe(t.ledger.effects().length);
    const previous = ['0'.repeat(64), ...effects.map(({ hash }) => hash)].slice(0, -1);
    expect(effects.map(({ previousHash }) => previousHash)).toEqual(previous);
    expect(rows.filter(({ type }) => type === 'vm')).toMatchObject([{ name: 'ci', billedUsd: '0.0000', settled: false }]);
    expect((await call('ledger export --json')).json().data['text']).toBe(text);
  });

  it('shows signatures that are public, and no other (product.md §1 rule 10)', async () => {
    const { t, call } = await lived();
    await t.devnet.clock.advance(60_000);
    const crash = (point: string): void => {
      if (point === 'create.publish') throw new Death();
    };
    const dying = await testContext({ world: t, crash, seed: 2 });
    await expect(t.run(create(dying.context, { name: 'stuck' }))).rejects.toThrow(Death);
    const [stuck] = t.ledger.vms().filter(({ name }) => name === 'stuck');
    expect(stuck?.processedAt).toBeNull();
    const secret = /0x[0-9a-f]{130}/.exec(t.ledger.signed(stuck!.id)!.bytes)![0];
    for (const line of [
      'ledger export',
      'ledger export --csv',
      'ledger export --json',
      'ledger show stuck --json --full',
      'ledger ls --json --full',
    ])
      expect((await call(line)).stdout, line).not.toContain(secret);
    const messages = lines((await call('ledger export')).stdout).filter(({ type }) => type === 'message');
    const allOf = (id: string, kind: string) =>
      messages.filter((row) => row['vm'] === id && row['kind'] === kind).map((row) => row['signature']);
    const byVm = (id: string, kind: string) => allOf(id, kind)[0];
    const [ci] = t.ledger.vms().filter(({ name }) => name === 'ci');
    expect(byVm(ci!.id, 'INSTANCE')).toBe('wiped');
    // of those signed in advance, the one that was sent; the others still end a VM, were it there
    expect(allOf(ci!.id, 'FORGET').filter((signature) => signature !== 'redacted')).toEqual([expect.stringMatching(/^0x[0-9a-f]{130}$/)]);
    expect(allOf(stuck!.id, 'FORGET')).toEqual(['redacted', 'redacted', 'redacted']);
    expect(byVm(stuck!.id, 'INSTANCE')).toBe('redacted');
  });

  it('one host’s word makes no signature public: neither of a create nor of a FORGET that the other does not know', async () => {
    const { t, call } = await lived();
    await t.devnet.clock.advance(60_000);
    t.fault('ccn-b propagation 3h', 'scheduler never-placed');
    await t.run(create(t.context, { name: 'half' }, false));
    const [half] = t.ledger.vms().filter(({ name }) => name === 'half');
    await t.run(reconcile(t.context, t.account));
    expect(t.ledger.vm(half!.id)?.processedAt).not.toBeNull();
    await t.run(destroy(t.context, half!.id, 'destroy').catch(() => null));
    expect(t.ledger.effects({ vm: half!.id }).map(({ point }) => point)).toContain('destroy.published');
    const signatures = t.ledger.signedFor(half!.id).flatMap(({ bytes }) => /0x[0-9a-f]{130}/.exec(bytes)?.[0] ?? []);
    expect(signatures.length).toBeGreaterThan(1);
    for (const line of ['ledger export', 'ledger export --csv']) {
      const { stdout } = await call(line);
      for (const signature of signatures) expect(stdout).not.toContain(signature);
    }
  });

  it('is CSV, with as many cells in each line, on stdout or in a file', async () => {
    const { t, call } = await lived();
    const text = (await call('ledger export --csv')).stdout;
    const [head, ...rows] = text.trimEnd().split('\n');
    expect(head).toMatch(/^seq,at,network,.*,usd,credits,billedUsd,settled,.*,facts$/);
    expect(rows.length).toBe(t.ledger.effects().length);
    const cells = (line: string) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)!.length - 1;
    expect(new Set([head!, ...rows].map(cells)).size).toBe(1);
    const file = join(folder(), 'audit.csv');
    const { data } = (await call(`ledger export --csv --out ${file} --json`)).json();
    expect(data).toMatchObject({ file, text: null, effects: rows.length, vms: 1 });
    expect(createHash('sha256').update(readFileSync(file, 'utf8')).digest('hex')).toBe(createHash('sha256').update(text).digest('hex'));
    expect((await call(`ledger export --out ${join(file, 'no')} --json`)).json().error).toMatchObject({ code: 'USAGE' });
  });
});
