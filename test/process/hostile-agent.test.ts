import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toStoredJson } from '../../src/adapters/ledger/stored-json.ts';
import { registry } from '../../src/commands/index.ts';
import { manifestOf } from '../../src/contract/declare/manifest.ts';
import { limitFields } from '../../src/contract/fields/limit-fields.ts';
import { settings, variableOf } from '../../src/contract/settings/settings.ts';
import { approvalMessage } from '../../src/domain/approval/approval-message.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import { type SettingKey, settingKeys } from '../../src/domain/limits/setting-keys.ts';
import { globals } from '../../src/surfaces/cli/parse/globals.ts';
import type { Ended } from '../support/aleph-process.ts';
import { boss, signedBy, stranger } from '../support/approval/approver.ts';
import { sealHome } from '../support/approval/first-approver.ts';
import { wordsOf } from '../support/binary.ts';
import { brokenRecords, inTurns } from '../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';

/** 0.228 USD; a person is asked above 0.10. */
const size = 'vm create big --cu 4 --ttl 4h --no-wait';
const root = resolve(import.meta.dirname, '../..');
const ways: Readonly<Record<string, readonly string[]>> = {
  string: ['1000', '24h'],
  integer: ['0', '1000'],
  number: ['0', '1000'],
};

interface Attacked {
  ok: boolean;
  code: string;
  approval: string;
  ran: Ended;
}

/** With a shell, the account's key and every file, but not what the approver signs with (product.md §7.4). */
describe('a hostile agent', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let work: string;
  let bin: string;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
    home = await devnet.home('9');
    await sealHome(home, boss, devnet);
    work = home.cwd;
    bin = join(home.folder, '..', 'bin');
    mkdirSync(bin);
    // gc install finds no timer of this machine to write to
    for (const name of ['crontab', 'systemctl', 'launchctl']) writeFileSync(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(await attack('vm create small --ttl 1h --no-wait')).toMatchObject({ ok: true });
  });
  afterAll(() => devnet.close());

  const attack = async (line: string | readonly string[], env: Record<string, string> = {}, folder = home.folder): Promise<Attacked> => {
    const words = typeof line === 'string' ? wordsOf(line) : [...line];
    const at = words.indexOf('--');
    const ran = await home.run(at < 0 ? [...words, '--json'] : [...words.slice(0, at), '--json', ...words.slice(at)], {
      env: { PATH: `${bin}:${process.env['PATH']}`, ALEPH_AGENT_HOME: folder, ...env },
    });
    const found = /"error":{"code":"(\w+)"/.exec(ran.stdout)?.[1] ?? '';
    // an edited ledger may end anyhow, as long as it spends nothing
    if (found === 'INTERNAL' && folder === home.folder) throw new Error(`${words.join(' ')}: ${ran.stdout}`);
    return { ok: ran.exit === 0, code: ran.exit === 0 ? 'ok' : found, approval: /ap_[0-9a-z]+/.exec(ran.stdout)?.[0] ?? '', ran };
  };

  /** What got through: VMs above the threshold on the network, whatever any ledger says of them. */
  const gotThrough = async (): Promise<string[]> => {
    const bills = (await devnet.bills()).filter(({ owner }) => owner === home.address);
    const dear = bills.filter(({ creditsPerSecond }) => Number(creditsPerSecond) * 3600 > 2 * 14_250);
    const rows = home.ledger((ledger) => ledger.vms());
    return [
      ...dear.map(({ hash }) => `${hash.slice(0, 8)} is larger than anything that was allowed`),
      ...rows.filter(({ hold, billed }) => hold > 100_000n || billed > 100_000n).map(({ name, hold }) => `${name} holds ${hold}`),
      ...brokenRecords(home, bills),
    ];
  };

  const none = async (): Promise<void> => expect(await gotThrough()).toEqual([]);

  it('every flag, of the command and of all commands', async () => {
    const { approval, code } = await attack(size);
    expect(code).toBe('APPROVAL_NEEDED');
    const create = (await manifestOf(registry)).commands.find(({ name }) => name === 'vm create')!;
    const own = create.inputs.flatMap(({ flag, type, choices, position }) => {
      if (position !== null || flag === 'cu' || flag === 'ttl') return [];
      if (type === 'boolean') return [[`--${flag}`], [`--no-${flag}`]];
      return (choices ?? ways[type] ?? ['1']).map((value) => [`--${flag}`, value]);
    });
    const shared = globals.flatMap(({ flags }) => {
      const [name = '', value] = flags.split(' ');
      if (name === '--json') return [];
      return value === undefined ? [[name]] : ['1000', approval].map((given) => [name, given]);
    });
    const lines = [...own, ...shared].map((words) => [...wordsOf(size), ...words, '--yes', '--approval', approval]);
    expect(lines.length).toBeGreaterThan(40);
    const passed: string[] = [];
    await inTurns(3, lines, async (line) => {
      const { ok } = await attack(line);
      if (ok) passed.push(line.join(' '));
    });
    expect(passed).toEqual([]);
    await none();
  });

  it('every variable that the program reads', async () => {
    const read = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').match(/ALEPH_AGENT_[A-Z_]*[A-Z]/g) ?? []);
    const names = [...new Set([...read, ...settingKeys.map(variableOf), 'CI', 'NODE_ENV', 'TERM', 'XDG_CONFIG_HOME', 'SUDO_USER'])];
    expect(names.length).toBeGreaterThan(12);
    const cases = names.flatMap((name) => ['1', '24h', join(work, 'elsewhere')].map((value) => ({ [name]: value })));
    const passed: object[] = [];
    await inTurns(3, cases, async (env) => {
      if ((await attack(size, env)).ok) passed.push(env);
    });
    expect(passed).toEqual([]);
    await none();
  });

  it('every key of the settings and of a project file, by command and by hand', async () => {
    const file = join(home.folder, 'settings.json');
    for (const key of [...settingKeys, 'policy', 'approver', 'limits', 'maxDay', 'askAbove']) {
      const known = settings[key as SettingKey]?.usual ?? null;
      for (const value of [...(known === null ? [] : [String(known)]), '24h']) await attack(['config', 'set', key, value]);
      expect((await attack(size)).ok, key).toBe(false);
      rmSync(file, { force: true });
    }
    const generous = { maxVms: 1000, maxTtl: '240h', askAbove: '1000', balanceGuard: 0, maxCu: 256, creationsPerMinute: 1000 };
    const limits = Object.keys(limitFields('project')).map((key) => ({
      [key]: key in generous ? generous[key as keyof typeof generous] : '1000',
    }));
    const files = [
      ...limits.map((each) => ({ limits: each })),
      ...limits.map((each) => ({ limits: { ...each, askAbove: '1000' } })),
      ...settingKeys.map((key) => ({ [key]: settings[key].usual ?? '24h' })),
      { approver: null },
      { account: 'agent' },
    ];
    for (const content of files) {
      for (const path of [file, join(work, '.aleph-agent.json')]) {
        writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
        expect((await attack(size)).ok, JSON.stringify(content)).toBe(false);
        rmSync(path);
      }
    }
    await none();
  });

  it('a network of its own naming, and the key of another', async () => {
    await attack('keys create main --unencrypted --network mainnet');
    expect((await attack('vm create x --account main --no-wait')).code).toMatch(/^(WRONG_NETWORK|KEY_MISSING|KEY_NOT_FOUND)$/);
    for (const name of ['mainnet', 'devnet']) {
      expect((await attack(`config set networks.${name}.ccn ${devnet.ccn},${devnet.ccn}`)).ok, name).toBe(false);
      const file = join(home.folder, 'settings.json');
      writeFileSync(file, JSON.stringify({ networks: { [name]: { ccn: [devnet.ccn, devnet.ccn] } } }), { mode: 0o600 });
      expect((await attack(size)).ok, name).toBe(false);
      rmSync(file);
    }
    await none();
  });

  describe('the ledger in an editor', () => {
    let copies = 0;
    /** The home as it is now, with this done to its ledger. */
    const edited = (...sql: string[]): string => {
      const folder = `${home.folder}-${++copies}`;
      home.ledger(() => {});
      cpSync(home.folder, folder, { recursive: true });
      const raw = new DatabaseSync(join(folder, 'ledger.sqlite'));
      const triggers = raw.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as { name: string }[];
      for (const { name } of triggers) raw.exec(`DROP TRIGGER ${name}`);
      for (const statement of sql) raw.exec(statement);
      raw.close();
      return folder;
    };
    const columnsOf = (table: string): string[] => {
      const raw = new DatabaseSync(join(home.folder, 'ledger.sqlite'));
      const rows = raw.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[];
      raw.close();
      return rows.map(({ name }) => name);
    };
    const generous = toStoredJson(
      Object.fromEntries(Object.entries(defaultLimits).map(([key, value]) => [key, typeof value === 'bigint' ? 900_000_000n : 1_000_000])),
    );

    it('XA-02 every column of a policy, and rows taken out or added', async () => {
      const values = [`'${generous}'`, 'NULL', '99'];
      const spoilt = ['{', '7', '[]', '{"maxVms":"x"}', '{"nightly":"x"}'];
      const inJson = ['limits', 'tasks', 'overlay', 'overlayTasks', 'seal'];
      const edits = [
        ...inJson.flatMap((column) => spoilt.map((value) => `UPDATE policies SET ${column} = '${value}'`)),
        ...columnsOf('policies').flatMap((column) => values.map((value) => `UPDATE OR IGNORE policies SET ${column} = ${value}`)),
        'DELETE FROM policies',
        `UPDATE policies SET limits = '${generous}', approver = NULL, seal = NULL`,
        `UPDATE policies SET limits = '${generous}', approver = '${stranger.address.toLowerCase()}', setBy = 'approver'`,
      ];
      const passed: string[] = [];
      await inTurns(3, edits, async (edit) => {
        let folder: string;
        try {
          folder = edited(edit);
        } catch {
          return; // the file's own constraints refuse it
        }
        const { ok, code } = await attack(size, {}, folder);
        if (ok || code === 'INTERNAL') passed.push(edit);
      });
      expect(passed).toEqual([]);
      await none();
    });

    it('XA-02 every column of an approval', async () => {
      const { approval } = await attack(size);
      const junk = `'0x${'1b'.repeat(65)}'`;
      const granted = `UPDATE approvals SET state = 'granted', decidedBy = '${boss.address.toLowerCase()}', signature = ${junk}`;
      const forged = await signedBy(stranger, approvalMessage(home.ledger((ledger) => ledger.approval(approval)!)));
      const edits = [
        granted,
        "UPDATE approvals SET state = 'granted', decidedBy = 'terminal'",
        "UPDATE approvals SET state = 'granted', decidedBy = 'terminal'; UPDATE policies SET approver = NULL, seal = NULL",
        `${granted}; UPDATE approvals SET signature = '${forged}'`,
        `${granted}; UPDATE approvals SET signature = '${forged}'; UPDATE policies SET approver = '${stranger.address.toLowerCase()}'`,
        ...columnsOf('approvals').flatMap((column) => [`${granted}; UPDATE OR IGNORE approvals SET ${column} = 0`]),
      ];
      const passed: string[] = [];
      await inTurns(3, edits, async (edit) => {
        let folder: string;
        try {
          folder = edited(edit);
        } catch {
          return;
        }
        const { ok, code } = await attack(`${size} --yes --approval ${approval}`, {}, folder);
        if (ok || code === 'INTERNAL') passed.push(edit);
      });
      expect(passed).toEqual([]);
      expect((await attack(`approve ${approval} --signature ${forged}`)).code).toBe('SIGNATURE_UNFIT');
      await none();
    });
  });

  it('XA-02 an approval that was given, brought again, restored, or put back with its nonce', async () => {
    const other = await devnet.home('9');
    await sealHome(other, boss, devnet);
    const as = (line: string, folder = other.folder) => attack(line, {}, folder);
    const { approval } = await as(size);
    const signature = await signedBy(boss, approvalMessage(other.ledger((ledger) => ledger.approval(approval)!)));
    expect(await as(`approve ${approval} --signature ${signature}`)).toMatchObject({ ok: true });
    const copy = `${other.folder}-copy`;
    cpSync(other.folder, copy, { recursive: true });
    expect(await as(size)).toMatchObject({ ok: true });
    expect(await as('vm destroy big --timeout 10m')).toMatchObject({ ok: true });
    const again = async (line: string, folder: string) => ({ line, folder, code: (await as(line, folder)).code });
    const tried = [
      await again(`approve ${approval} --signature ${signature}`, other.folder),
      await again(`${size} --approval ${approval}`, other.folder),
      await again(`${size} --approval ${approval}`, copy),
    ];
    const raw = new DatabaseSync(join(other.folder, 'ledger.sqlite'));
    raw.exec("DROP TRIGGER noncesStay; DELETE FROM nonces; UPDATE approvals SET state = 'granted', usedBy = NULL");
    raw.close();
    tried.push(await again(`${size} --approval ${approval}`, other.folder), await again(size, other.folder));
    expect(tried.filter(({ code }) => code === 'ok' || code === '')).toEqual([]);
    expect((await devnet.bills()).filter(({ owner }) => owner === other.address)).toHaveLength(1);
  });

  it('a devnet of its own: the same policy holds there, and nothing that it hears there approves here', async () => {
    const own = await startDevnet({ nodes: 3, seed: 9 });
    try {
      await own.fund(home.address, '100');
      expect((await attack(size, { ALEPH_AGENT_DEVNET: own.control })).ok).toBe(false);
      expect((await attack(size)).ok).toBe(false);
      expect((await own.bills()).filter(({ owner }) => owner === home.address)).toEqual([]);
    } finally {
      await own.close();
    }
    await none();
  });

  it('S-26 XA-02 what the approver signs on a devnet of the agent’s, for the same account, fits nothing that waits here', async () => {
    const here = await devnet.home('9');
    const own = await startDevnet({ nodes: 3, seed: 9 });
    try {
      const there = await own.homeOf(here);
      await own.fund(here.address, '9');
      // the one that started later is ahead, and a ledger that was there would not be believed here
      await devnet.advance(Math.max(0, (await own.now()) - (await devnet.now())));
      await sealHome(here, boss, devnet);
      await sealHome(there, boss, own);
      // a seal names its devnet, so that the policy of here is none on the agent's own
      const atOwn = { ALEPH_AGENT_DEVNET: own.control };
      expect(await attack('vm create taken --cu 4 --ttl 4h --no-wait', atOwn, here.folder)).toMatchObject({ code: 'POLICY_UNSEALED' });
      const onOwn = (line: string) => attack(line, { ALEPH_AGENT_DEVNET: own.control }, there.folder);
      const found: object[] = [];
      for (const line of [size, 'approve --up-to 5 --ttl 4h --cu 4 --vms 3', 'policy set --ask-above 1000']) {
        const [asked, waits] = [(await onOwn(line)).approval, (await attack(line, {}, here.folder)).approval];
        const signature = await signedBy(boss, approvalMessage(there.ledger((ledger) => ledger.approval(asked)!)));
        expect(await onOwn(`approve ${asked} --signature ${signature}`), line).toMatchObject({ ok: true });
        for (const id of [asked, waits])
          found.push({ line, code: (await attack(`approve ${id} --signature ${signature}`, {}, here.folder)).code });
      }
      expect(found.filter((_, index) => index % 2 === 0)).toEqual(Array(3).fill(expect.objectContaining({ code: 'APPROVAL_NOT_FOUND' })));
      expect(found.filter((_, index) => index % 2 === 1)).toEqual(Array(3).fill(expect.objectContaining({ code: 'SIGNATURE_UNFIT' })));
      expect(await attack(size, {}, here.folder)).toMatchObject({ code: 'APPROVAL_NEEDED' });
      expect((await devnet.bills()).filter(({ owner }) => owner === here.address)).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it('XA-02 product.md §1 rule 8: a signature for a devnet fits no row that was rewritten to mainnet', async () => {
    const here = await devnet.home('9');
    await sealHome(here, boss, devnet);
    const { approval } = await attack(size, {}, here.folder);
    const signature = await signedBy(boss, approvalMessage(here.ledger((ledger) => ledger.approval(approval)!)));
    const copy = `${here.folder}-mainnet`;
    cpSync(here.folder, copy, { recursive: true });
    const raw = new DatabaseSync(join(copy, 'ledger.sqlite'));
    const triggers = raw.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as { name: string }[];
    for (const { name } of triggers) raw.exec(`DROP TRIGGER ${name}`);
    raw.exec("UPDATE approvals SET network = 'mainnet'; UPDATE policies SET network = 'mainnet'");
    raw.close();
    const brought = `approve ${approval} --signature ${signature}`;
    expect(await attack(`${brought} --network mainnet`, { ALEPH_AGENT_NETWORK: 'mainnet' }, copy)).toMatchObject({
      code: 'SIGNATURE_UNFIT',
    });
    expect(await attack(brought, {}, here.folder)).toMatchObject({ ok: true });
  });

  it('product.md §1 rule 13: a clock moved either way', async () => {
    const shifted = async (ms: number): Promise<Server> => {
      const server = createServer((request, response) => {
        fetch(new URL(request.url ?? '/', devnet.control)).then(
          async (found) => {
            const body = (await found.json()) as { now?: number };
            response.setHeader('content-type', 'application/json');
            // a clock that waits is lived by over a connection, which this stand-in has none of
            response.end(JSON.stringify(typeof body.now === 'number' ? { ...body, now: body.now + ms, waits: false } : body));
          },
          () => response.destroy(),
        );
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      return server;
    };
    for (const ms of [-86_400_000, -600_000, 600_000, 86_400_000]) {
      const server = await shifted(ms);
      const env = { ALEPH_AGENT_DEVNET: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
      expect((await attack('vm create tick --ttl 1h --no-wait', env)).code, String(ms)).toBe('CLOCK_UNTRUSTED');
      expect((await attack(size, env)).ok).toBe(false);
      server.close();
    }
    await none();
  });

  it('every other command, with each of its flags', async () => {
    const { approval } = await attack(size);
    const { commands } = await manifestOf(registry);
    const skipped = /^(devnet|demo|dashboard|crash-test|mcp|serve$|gc watch|vm create$)/;
    const filled = (line: string): string[] =>
      wordsOf(line.replaceAll('ap_ID', approval).replaceAll(/0x\.\.\.|0xADDRESS/g, home.address)).map((word) =>
        word === 'ci' ? 'small' : word,
      );
    // what stops everything comes last, or it would hide what else gets through
    const order = (name: string): number => (name === 'freeze' ? 2 : /^(vm|policy|deny)/.test(name) ? 1 : 0);
    const attacks = commands
      .filter(({ name }) => !skipped.test(name))
      .sort((a, b) => order(a.name) - order(b.name))
      .map(({ name, examples, inputs }) => {
        const base = filled(examples[0]?.line ?? name);
        const flags = inputs.flatMap(({ flag, type, choices, position }) => {
          if (position !== null) return [];
          if (type === 'boolean') return [[`--${flag}`]];
          return (choices ?? [type === 'string' ? (/ttl|until|by|every|unarmed|unreachable/i.test(flag) ? '24h' : '1000') : '1000']).map(
            (value) => [`--${flag}`, value],
          );
        });
        const at = base.indexOf('--');
        const with_ = (more: readonly string[]) => (at < 0 ? [...base, ...more] : [...base.slice(0, at), ...more, ...base.slice(at)]);
        return { name, lines: [base, ...flags.map(with_)].map((line) => [...line.slice(0, 2), ...line.slice(2)]) };
      });
    expect(attacks.length).toBeGreaterThan(50);
    const passed: string[] = [];
    for (const { name, lines } of attacks) {
      await inTurns(3, lines, async (line) => {
        const at = line.indexOf('--');
        const more = ['--timeout', '1s', '--no-input'];
        await attack(at < 0 ? [...line, ...more] : [...line.slice(0, at), ...more, ...line.slice(at)]);
      });
      const { ok } = await attack(size);
      if (ok || (await gotThrough()).length > 0) passed.push(name);
    }
    expect(passed).toEqual([]);
    await none();
  });
});
