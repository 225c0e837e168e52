import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevnetWorld, devnetWorld } from '../../support/devnet/devnet-world.ts';
import { atTerminal, keys } from '../../support/terminal.ts';

interface Answer {
  account: string | null;
  ready: boolean;
  steps: { step: string; state: string; says: string }[];
}

let world: DevnetWorld;
beforeAll(async () => {
  world = await devnetWorld();
});
afterAll(() => world?.close());

/** The state of each step, by its name. */
const states = ({ steps }: Answer): Record<string, string> => Object.fromEntries(steps.map(({ step, state }) => [step, state]));

describe('init by flags, as an agent calls it', () => {
  it('W-083 makes a key, sets limits and tells a client; said again it changes nothing', async () => {
    const home = world.another();
    const machine = home.env['HOME']!;
    mkdirSync(join(machine, '.codex'), { recursive: true });
    const line = 'init --unencrypted --max-day 1 --reaper --clients codex';
    const first: Answer = await home.must(line);
    expect(states(first)).toEqual({
      key: 'made',
      backup: 'open',
      approver: 'left',
      limits: 'made',
      funding: 'open',
      owner: 'left',
      reaper: 'made',
      clients: 'made',
      trial: 'open',
    });
    const file = readFileSync(join(machine, '.codex/config.toml'), 'utf8');
    expect(file).toContain('[mcp_servers.aleph-agent]');
    const again: Answer = await home.must(line);
    expect(again.account).toBe(first.account);
    expect(states(again)).toMatchObject({ key: 'done', limits: 'done', reaper: 'done', clients: 'done' });
    expect(readFileSync(join(machine, '.codex/config.toml'), 'utf8')).toBe(file);
    expect((await home.must('policy show')).version).toBe(1);
    expect((await home.must('keys ls')).count).toBe(1);
  });

  it('W-083 says the address and the sum that are missing, and is ready once they are there; nothing was spent', async () => {
    const poor: Answer = await world.must('init --unencrypted');
    expect(poor.ready).toBe(false);
    const said = (answer: Answer, name: string): string => answer.steps.find(({ step }) => step === name)?.says ?? '';
    expect(said(poor, 'funding')).toMatch(/^0x[0-9a-fA-F]{40} lacks 0\.40 USD of credits for 1 CU for 4 h\./);
    expect(said(poor, 'trial')).toContain('0.35625 USD in the account');
    await world.must('devnet fund 2');
    const rich: Answer = await world.must('init');
    expect(rich.ready).toBe(true);
    expect(states(rich)).toMatchObject({ funding: 'done', trial: 'done' });
    expect((await world.must('vm ls --all')).items).toEqual([]);
    expect((await world.must('credits balance')).usd).toBe('2.0000');
  });

  it('W-305, W-306 takes over the key of the earlier tool and tells which of its VMs are gone; both files stay', async () => {
    const home = world.another();
    const machine = home.env['HOME']!;
    mkdirSync(join(machine, '.aleph-im/private-keys'), { recursive: true });
    const secret = Buffer.from('4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318', 'hex');
    writeFileSync(join(machine, '.aleph-im/private-keys/ethereum.key'), secret);
    const record = { item_hash: 'ab'.repeat(32), name: 'old', ttl_expires_at: '2026-01-01T00:00:00.123456+00:00', signing_address: null };
    const inventory = join(machine, '.aleph-agent-inventory.json');
    writeFileSync(inventory, JSON.stringify([record]));
    const seen: Answer = await home.must('init');
    expect(seen.steps[0]?.says).toContain('--passphrase-file');
    const taken: Answer = await home.must('init --take-earlier --unencrypted');
    expect(taken.account).toBe('0x2c7536E3605D9C16a7a3D7b1898e529396a65c23');
    expect(states(taken)).toMatchObject({ key: 'made', earlierVms: 'failed' });
    expect(taken.steps.find(({ step }) => step === 'earlierVms')?.says).toContain('abababababab');
    expect(readFileSync(join(machine, '.aleph-im/private-keys/ethereum.key'))).toEqual(secret);
    expect(readFileSync(inventory, 'utf8')).toBe(JSON.stringify([record]));
    writeFileSync(inventory, '');
    expect(states(await home.must('init'))).toMatchObject({ earlierVms: 'done' });
    writeFileSync(inventory, '{"not":"a list"}');
    expect(states(await home.must('init'))).toMatchObject({ earlierVms: 'left' });
  });

  it('W-083 sets up one key: another than the one in use is refused, and no limit of either is touched', async () => {
    const home = world.another();
    const first = await home.must('keys create main --unencrypted');
    const second = await home.must('keys create bar --unencrypted');
    const refused = async (line: string) => (await home.run(`${line} --json`)).document().error;
    expect(await refused('init --key bar --max-day 0.5')).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('"main"'),
      fix: { actor: 'agent', command: expect.stringContaining('keys use bar') },
    });
    expect(await refused('init --key fresh --unencrypted')).toMatchObject({
      code: 'USAGE',
      fix: { actor: 'human', command: expect.stringContaining('keys create fresh') },
    });
    for (const { name } of [first, second]) expect(await home.must(`policy show --account ${name}`)).toMatchObject({ version: 0 });
    const named: Answer = await home.must('init --account bar --key bar --max-day 0.5');
    expect(named.account).toBe(second.address);
    expect(await home.must('policy show --account bar')).toMatchObject({ account: second.address, version: 1 });
    expect(await home.must('policy show')).toMatchObject({ account: first.address, version: 0 });
  });

  it('W-108 asks the owner for a grant where the owner pays', async () => {
    const home = world.another();
    const asked: Answer = await home.must('init --model delegated --unencrypted');
    expect(asked.steps.find(({ step }) => step === 'funding')?.says).toMatch(/aleph-agent authz grant 0x[0-9a-fA-F]{40} --channel/);
    expect(states(asked)).not.toHaveProperty('owner');
  });
});

describe('init at a terminal', () => {
  it('asks step by step, shows each command that it runs, and goes on where it was left', async () => {
    const home = world.another();
    mkdirSync(join(home.env['HOME']!, '.claude'), { recursive: true });
    const left = atTerminal('init', { ...home, columns: 100 });
    await left.shows(/Whose credits[\s\S]*> 1\. allowance/);
    left.press(keys.enter);
    await left.shows(/Which key signs/);
    left.press(keys.down);
    await left.shows(/> \d+\. a new one +none/);
    left.press(keys.enter);
    await left.shows(/Write a copy of the key/);
    expect(left.whole()).toContain('$ aleph-agent keys create devnet --unencrypted');
    left.press(keys.interrupt);
    expect(await left.exit).toBe(130);

    const terminal = atTerminal('init', { ...home, columns: 100, rows: 60 });
    await terminal.shows(/Whose credits/);
    terminal.press(keys.enter);
    await terminal.shows(/Write a copy of the key/);
    expect(terminal.whole()).not.toContain('Which key signs');
    terminal.press(keys.enter);
    await terminal.shows(/alone approves\?/);
    terminal.press(keys.enter);
    await terminal.shows(/Do these limits fit/);
    terminal.press(keys.enter);
    await terminal.shows(/Let this machine end expired VMs[\s\S]*> 1\. yes/);
    expect(terminal.whole()).toMatch(/\$ aleph-agent credits topup --show --cu 1 --ttl 4h[\s\S]*█/);
    terminal.press(keys.enter);
    await terminal.shows(/Tell claude of this tool\?[\s\S]*> 1\. yes/);
    expect(terminal.whole()).toContain('$ aleph-agent gc install');
    terminal.press(keys.enter);
    expect(await terminal.exit).toBe(0);
    const shown = terminal.whole();
    expect(shown).toContain('$ aleph-agent plugin claude --user');
    expect(shown).toMatch(/\$ aleph-agent vm create --cu 1 --ttl 1h --dry-run[\s\S]*say to your agent: +You may rent/);
    expect(terminal.torn().filter((line) => !/aleph-agent|https?:/.test(line))).toEqual([]);
    expect(JSON.parse(readFileSync(join(home.env['HOME']!, '.claude.json'), 'utf8'))).toHaveProperty('mcpServers.aleph-agent');
  });
});
