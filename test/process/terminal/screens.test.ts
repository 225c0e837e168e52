import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevnetWorld, devnetWorld } from '../../support/devnet/devnet-world.ts';
import { atTerminal, keys, type Terminal } from '../../support/terminal.ts';

const screens = join(import.meta.dirname, '../../screens');

let world: DevnetWorld;
beforeAll(async () => {
  // what people see of a wait is seen while time goes by
  world = await devnetWorld('--nodes 12 --seed 7 --guests exec --clock-rate 20');
  await world.must('keys create agent --unencrypted');
  await world.must('devnet fund 9');
});
afterAll(() => world?.close());

const type = (line: string, columns: number, more: { env?: Record<string, string>; shell?: boolean; rows?: number } = {}): Terminal =>
  atTerminal(line, { columns, cwd: world.cwd, rows: 50, ...more, env: { ...world.env, ...more.env } });

/** What differs from run to run made alike; with `exact` numbers stay as they are. */
const steady = (screen: string, exact = false): string => {
  const alike = screen
    // lines that were broken, but not the heads of a walk's choices
    .replaceAll(/\n {5,}(?=\S)(?!(SIZE|IMAGE|NODE|LIFETIME) )/g, ' ')
    .replaceAll(/0x[0-9a-fA-F]{40}/g, 'ADDRESS')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replaceAll(/\b(0x[0-9a-f]{10}|[0-9a-f]{12})\b/g, 'ID')
    .replaceAll(/\b(op|ap)_[0-9a-z]+/g, '$1_ID')
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| UTC)/g, 'TIME')
    .replaceAll(/(now|in (\d+ [dhms] )+|(\d+ [dhms] )+ago )\s*\((\d+ \w{3} )?(\d\d:\d\d|\d{4})\)/g, 'WHEN')
    .replaceAll(/\b\d\d-\d\d \d\d:\d\d\b/g, 'TIME')
    .replaceAll(/\b\d+ \w{3} \d\d:\d\d UTC/g, 'TIME')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/[a-z-]+\.2n6\.me/g, 'NAME.2n6.me')
    // whichever node was drawn: the one that has a VM of the test, or another
    .replaceAll(/not used by you before|booted \d+ VMs? of yours, failed \d+/g, 'HISTORY')
    // a busy machine: nodes that took their time, and what was asked again because of it
    .replaceAll(/\b(healthy|provisioning)\?/g, '$1 ')
    .replaceAll(/node: +ID(; if it fails\s+ID(, then ID)*)?\n/g, 'node:  IDS\n')
    .replaceAll(/(GiB +)(list stale, silent|\d+ ms( +[a-z]\S+)?)/g, '$1ASKED')
    .replaceAll(/(?:^|\n)(?:(?:\d+ +)?TIME +[a-z]+\.\w+ .*(?:\n|$))+/g, '\nROWS\n')
    .replaceAll(/Create [a-z]+-[a-z]+-[a-z0-9]+ /g, 'Create NAME ');
  return `${(exact ? alike : alike.replaceAll(/\d+(\.\d+)?/g, '0')).replaceAll(/ {3,}/g, '  ')}\n`;
};

/** Lines that a terminal broke, but for commands, which stay whole to be copied. */
const torn = (terminal: Terminal): string[] => terminal.torn().filter((line) => !/aleph-agent [a-z]/.test(line));

/** Runs it to its end, and holds what it shows against the file kept for this width. */
const kept = async (name: string, line: string, exits = 0): Promise<void> => {
  for (const columns of [80, 120]) {
    const terminal = type(line, columns);
    expect([line, await terminal.exit]).toEqual([line, exits]);
    expect([line, columns, torn(terminal)]).toEqual([line, columns, []]);
    await expect(steady(terminal.whole())).toMatchFileSnapshot(join(screens, `${name}-${columns}.txt`));
  }
  // narrower ones are not kept, but nothing is torn there either
  for (const columns of [60, 50]) {
    const terminal = type(line, columns);
    expect([line, await terminal.exit]).toEqual([line, exits]);
    expect([line, columns, torn(terminal)]).toEqual([line, columns, []]);
  }
};

describe('the walk: vm create without arguments at a terminal', () => {
  it.each([50, 80, 120])('asks size, image, node and lifetime with what each costs, %i columns wide', async (columns) => {
    const terminal = type('vm create', columns);
    const at = async (question: RegExp, name: string, exact = true): Promise<void> => {
      await expect(steady(await terminal.shows(question), exact)).toMatchFileSnapshot(join(screens, `walk-${name}-${columns}.txt`));
    };
    await at(/How large\?[\s\S]*enter (to )?choose/, 'size');
    terminal.press(keys.down);
    await terminal.shows(/> 2\. 2 CU/);
    terminal.press(keys.enter);
    await at(/Which image\?[\s\S]*enter (to )?choose/, 'image');
    terminal.press(keys.enter);
    await at(/On which node\?[\s\S]*enter (to )?choose/, 'node', false);
    terminal.press(keys.enter);
    await at(/For how long\?[\s\S]*enter (to )?choose/, 'lifetime');
    terminal.press(keys.up);
    await terminal.shows(/> 2\. 2h/);
    terminal.press(keys.enter);
    await at(/Do it\?/, 'plan', false);
    expect(terminal.screen().replaceAll(columns < 80 ? '\n' : '', '')).toContain(
      'the same: aleph-agent vm create --cu 2 --image debian12 --ttl 2h --crn auto',
    );
    terminal.press(`n${keys.enter}`);
    expect(await terminal.exit).toBe(4);
    expect(torn(terminal)).toEqual([]);
    expect((await world.must('vm ls')).items).toEqual([]);
  });

  it('goes to a choice by its number, and to none that cannot be had', async () => {
    const terminal = type('vm create', 80);
    await terminal.shows(/4\. 6 CU +6 vCPU, 12 GiB, 120 GiB disk +policy: at most 4 CU\n/);
    terminal.press('4');
    await terminal.shows(/> 4\. 6 CU[\s\S]*The VM has 6 compute units, the policy allows 4\./);
    terminal.press(keys.enter);
    await terminal.shows(/6 CU cannot be had \(policy: at most 4 CU\): choose another\.\s+\? How large\?[\s\S]*> 4\. 6 CU/);
    expect(torn(terminal)).toEqual([]);
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(130);
  });

  it.each([
    ['Esc', keys.escape],
    ['Ctrl-D', keys.end],
  ])('ends at %s, and nothing was done', async (_name, key) => {
    for (const question of [/How large/, /Do it\?/]) {
      const terminal = type(question.source.startsWith('How') ? 'vm create' : 'vm create --ttl 1h', 80);
      await terminal.shows(question);
      terminal.press(key);
      expect(await terminal.exit).toBe(4);
      expect(terminal.whole()).toMatch(/Cancelled[\s\S]*nothing\s(more )?was\s+done,\s+and\s+nothing\s+was\s+spent/);
      expect(terminal.whole()).toContain('DECLINED');
    }
  });

  it('asks nothing where nothing can be had, and says every reason at once', async () => {
    const poor = world.another();
    await world.must('keys create agent --unencrypted', poor);
    const terminal = atTerminal('vm create', { ...poor, columns: 80 });
    expect(await terminal.exit).toBe(5);
    expect(terminal.whole()).toContain('CREDIT_RESERVE_SHORT');
    expect(terminal.whole()).not.toMatch(/How large|the same:/);
  });

  it('says beside a lifetime that the credits do not last for it', async () => {
    const poor = world.another();
    const { address } = await world.must('keys create agent --unencrypted', poor);
    await world.must('policy set --max-day 0.05', poor);
    await world.must(`devnet fund 3 ${address}`);
    const terminal = atTerminal('vm create', { ...poor, columns: 80, rows: 50 });
    await terminal.shows(/2\. 2 CU +2 vCPU, 4 GiB, 40 GiB disk +0\.0285/);
    await terminal.shows(/3\. 4 CU +4 vCPU, 8 GiB, 80 GiB disk +policy: 0\.05\d* USD a day/);
    await terminal.shows(/Only for less than 4h\. Spending of this UTC day/);
    for (const question of [/How large/, /Which image/, /On which node/]) {
      await terminal.shows(question);
      terminal.press(keys.enter);
    }
    await terminal.shows(/For how long\?[\s\S]*> 1\. 1h[\s\S]*2h[\s\S]*4h .* policy: 0\.05\d* USD a day/);
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(130);
  });

  it('is not taken where something was said, nor with --yes, --no-input, CI or JSON', async () => {
    const said = type('vm create --cu 2 --ttl 1h', 80);
    await said.shows(/Do it\?/);
    said.press(keys.interrupt);
    expect(await said.exit).toBe(130);
    expect(said.whole()).not.toContain('How large');
    const plans = ['vm create --dry-run --json', 'vm create --dry-run --no-input'];
    for (const line of plans) {
      const terminal = type(line, 80);
      expect([line, await terminal.exit]).toEqual([line, 0]);
      expect(terminal.whole()).not.toContain('How large');
    }
    const ci = type('vm create --dry-run', 80, { env: { CI: '1' } });
    expect(await ci.exit).toBe(0);
    expect(ci.whole()).not.toContain('How large');
  });

  it('ends with 130 at Ctrl-C, and nothing was done', async () => {
    const terminal = type('vm create', 80);
    await terminal.shows(/How large/);
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(130);
    expect(terminal.whole()).toContain('Interrupted at a question: nothing was done.');
  });

  it('ends with 9 and the command that makes a key where there is none', async () => {
    const other = world.another();
    const terminal = atTerminal('vm create', { ...other, columns: 80 });
    expect(await terminal.exit).toBe(9);
    expect(terminal.whole()).toContain('aleph-agent keys create');
  });
});

describe('at a terminal', () => {
  it('a VM is made after a yes, and says how it is reached, by which key, and when it was ready', async () => {
    const terminal = type('vm create ci --ttl 2h', 80);
    await terminal.shows(/Do it\?/);
    terminal.press(`y${keys.enter}`);
    expect(await terminal.exit).toBe(0);
    const whole = terminal.whole();
    expect(whole).toMatch(/ready after: +\d+(\.\d)? s/);
    expect(whole).toMatch(/ssh: +aleph-agent vm ssh ci \(host key: as the node's console log shows/);
    expect(whole).toMatch(/web: +http:\/\/[a-z-]+\.2n6\.me/);
    expect(torn(terminal)).toEqual([]);
  });

  it('W-166 I-04 a GPU VM asks for its amount to be typed; a slip is asked again, and Enter alone refuses and closes the request', async () => {
    const refused = type('vm create train --gpu rtx4000ada --ttl 1h', 80);
    await refused.shows(/Type the amount \(0\.129375\) to approve:/);
    refused.press(`0.12937${keys.enter}`);
    await refused.shows(/That is not 0\.129375: type it, or press Enter alone to cancel\.\s[\s\S]*to approve:$/);
    refused.press(keys.enter);
    expect(await refused.exit).toBe(4);
    const interrupted = type('vm create train --gpu rtx4000ada --ttl 1h', 80);
    await interrupted.shows(/to approve:$/);
    interrupted.press(keys.interrupt);
    expect(await interrupted.exit).toBe(130);
    expect((await world.must('approvals ls --all'))['items']).toMatchObject([{ state: 'void' }, { state: 'void' }]);
    const slips = type('vm create train --gpu rtx4000ada --ttl 1h', 80);
    for (const [before, typed] of ['yes', 'y', 'ok'].entries()) {
      await slips.shows(new RegExp(`(That is not [\\s\\S]*){${before}}to approve:$`));
      slips.press(`${typed}${keys.enter}`);
    }
    expect(await slips.exit).toBe(4);
    const terminal = type('vm create train --gpu rtx4000ada --ttl 1h', 80);
    await expect(steady(await terminal.shows(/Type the amount \(0\.129375\) to approve:/))).toMatchFileSnapshot(
      join(screens, 'plan-gpu-80.txt'),
    );
    terminal.press(`0.129375${keys.enter}`);
    expect(await terminal.exit).toBe(0);
    expect(terminal.whole()).toContain('is healthy');
    expect(await world.must('vm show train --full')).toMatchObject({
      gpus: ['RTX 4000 ADA'],
      vcpus: 3,
      usdPerHour: '0.129375',
      confidential: false,
    });
  });

  it.each([
    ['vm-ls', 'vm ls'],
    ['vm-show', 'vm show ci'],
    ['vm-port-ls', 'vm port ls ci'],
    ['crns-ls', 'crns ls --limit 6'],
    ['credits-balance', 'credits balance'],
    ['credits-history', 'credits history --days 7'],
    ['credits-prices', 'credits prices'],
    ['credits-estimate', 'credits estimate --gpu H100 --ttl 1h'],
    ['ledger-ls', 'ledger ls --limit 12'],
    ['ledger-show', 'ledger show ci'],
    ['policy-show', 'policy show'],
    ['keys-ls', 'keys ls'],
    ['status', 'status'],
    ['plan', 'vm create more --dry-run'],
    ['plan-refused', 'vm create more --cu 8 --ttl 3d --dry-run'],
  ])('%s fits', async (name, line) => {
    await kept(name, line);
  });

  it('failures fit', async () => {
    await kept('failure-limits', 'vm create more --cu 8 --ttl 3d', 4);
    await kept('failure-not-found', 'vm show nope', 3);
    await kept('failure-usage', 'vm create more --ttl 5x', 2);
    await kept('failure-confidential', 'vm create vault --confidential', 4);
  });

  it('vm ls --watch redraws in place, sees what happens, and leaves the last table behind at Ctrl-C', async () => {
    const terminal = type('vm ls --watch', 80);
    await terminal.shows(/train +\w+ +healthy[\s\S]*Ctrl-C ends/);
    await world.must('vm destroy train --yes');
    await terminal.shows(/1 live/);
    expect(terminal.screen()).not.toContain('train');
    expect(terminal.raw()).not.toContain('\u001b[2J');
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(130);
    expect(terminal.raw()).toMatch(/\u001b\[\?25h\u001b\[\?1049l/);
    expect(terminal.whole()).toMatch(/^NAME[\s\S]*ci [\s\S]*1 live/);
    expect(terminal.whole()).not.toContain('Ctrl-C');
  });

  it('vm ls --watch counts what the terminal has no room for', async () => {
    const terminal = type('vm ls --watch --all', 80, { rows: 4 });
    await terminal.shows(/\.\.\. \d more lines/);
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(130);
  });

  it('vm ls --watch is a mistake off a terminal, in JSON and at one that cannot redraw', async () => {
    expect(await world.run('vm ls --watch')).toMatchObject({ exit: 2, stdout: '' });
    expect(JSON.parse((await world.run('vm ls --watch --json')).stdout).error.code).toBe('USAGE');
    const dumb = type('vm ls --watch', 80, { env: { TERM: 'dumb' } });
    expect(await dumb.exit).toBe(2);
  });

  it('NO_COLOR and TERM=dumb take every colour away, from questions too', async () => {
    expect((await ended(type('vm ls', 80))).raw()).toContain('\u001b[1m');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await ended(type('vm ls', 80, { env }))).raw()).not.toMatch(/\u001b\[[0-9;]*m/);
    }
    const mistake = await ended(type('vm show nope', 80));
    expect(mistake.raw()).toContain('\u001b[31merror:');
    expect(mistake.raw()).toContain('\u001b[36maleph-agent vm ls');
    for (const line of ['vm show nope --color never', 'vm show --nope --no-color']) {
      expect((await ended(type(line, 80))).raw()).not.toMatch(/\u001b\[[0-9;]*m/);
    }
    const asked = type('vm create', 80, { env: { NO_COLOR: '1' } });
    await asked.shows(/How large/);
    asked.press(keys.interrupt);
    await asked.exit;
    expect(asked.raw()).not.toMatch(/\u001b\[[0-9;]+m/);
  });

  it('a locale without UTF-8 gets plain signs only', async () => {
    const line = "vm show 'café'";
    expect((await ended(type(line, 80))).whole()).toContain('café');
    for (const LANG of ['C', 'POSIX', 'de_DE.ISO-8859-1']) {
      const plain = await ended(type(line, 80, { env: { LANG } }));
      expect(plain.whole()).toContain('"caf?"');
      expect(plain.raw()).toMatch(/^[\u0000-\u007f]*$/);
    }
    const walk = type('vm create', 60, { env: { LANG: 'C' } });
    await walk.shows(/enter to choose/);
    expect(walk.screen()).toMatch(/\.\.\. +0\.\d{5} +0\.\d{4} +\d+\.\d\d\n/);
    expect(torn(walk)).toEqual([]);
    walk.press(keys.interrupt);
    await walk.exit;
    expect(walk.raw()).toMatch(/^[\u0000-\u007f]*$/);
  });

  it('W-166 a missing VM is chosen among those that live, and the only one is taken and said', async () => {
    const one = type('vm show', 80);
    expect(await one.exit).toBe(0);
    expect(one.whole()).toMatch(/the only VM: ci\s[\s\S]*name: +ci/);
    const nobody = type('vm show --no-input', 80);
    expect(await nobody.exit).toBe(2);
    expect(nobody.whole()).toContain('VM is missing');
    await world.must('vm create other --ttl 1h --yes');
    const many = type('vm show', 80);
    await many.shows(/Which VM\?[\s\S]*ci +[0-9a-f]{12} +healthy +in [\s\S]*other +[0-9a-f]{12} +healthy/);
    many.press(`${keys.down}${keys.enter}`);
    expect(await many.exit).toBe(0);
    expect(many.whole()).toMatch(/name: +other/);
    const gone = type('vm destroy', 80);
    await gone.shows(/Which VM\?[\s\S]*other/);
    gone.press(`${keys.down}${keys.enter}`);
    await gone.shows(/Type other to go on:/);
    gone.press(keys.escape);
    expect(await gone.exit).toBe(4);
    const node = type('crns show', 80);
    await node.shows(/Which node\?[\s\S]*enter to choose/);
    node.press(keys.enter);
    expect(await node.exit).toBe(0);
    const key = type('keys use', 80);
    expect(await key.exit).toBe(0);
    expect(key.whole()).toMatch(/the only key: agent \(0x/);
    const asked = ['big --cu 4', 'bigger --cu 4'].map((what) => world.run(`vm create ${what} --ttl 4h --json`));
    expect((await Promise.all(asked)).map(({ exit }) => exit)).toEqual([10, 10]);
    const request = type('deny', 80);
    await request.shows(/Which request\?[\s\S]*ap_[\s\S]*ap_/);
    request.press(keys.enter);
    expect(await request.exit).toBe(0);
    const other = type('deny', 80);
    expect(await other.exit).toBe(0);
    expect(other.whole()).toMatch(/the only request: ap_/);
  });

  it('vm destroy shows age, node and cost, and goes on only where the name is typed', async () => {
    const refused = type('vm destroy other', 80);
    await refused.shows(/other is [\dhms]+ old, on node [0-9a-f]{12}, and has cost at most\s+0\.\d+ USD[\s\S]*Type other to go on:/);
    refused.press(`y${keys.enter}`);
    await refused.shows(/That is not other: type it/);
    refused.press(keys.enter);
    expect(await refused.exit).toBe(4);
    const terminal = type('vm destroy other', 80);
    await terminal.shows(/Type other to go on:/);
    terminal.press(`other${keys.enter}`);
    expect(await terminal.exit).toBe(0);
    expect(terminal.whole()).toMatch(
      /other \([0-9a-f]+\) is gone and bills no more\.\s+It cost at most 0\.\d+ USD\.\s+2 hosts of the network forgot it/,
    );
    expect(torn(terminal)).toEqual([]);
  });

  it('Ctrl-C while it waits says what goes on, and the command that waits for it', async () => {
    const terminal = type('vm create slow --ttl 1h --yes', 80);
    await terminal.shows(/ s {2}held/);
    terminal.press(keys.interrupt);
    expect(await terminal.exit).toBe(130);
    // before its order leaves, or just after
    expect(terminal.whole()).toMatch(/Interrupted (by SIGINT|before VM slow was ordered)/);
    expect(terminal.whole()).toContain('(INTERRUPTED, exit 130)');
    expect(terminal.whole()).toMatch(/fix: .*\s+aleph-agent vm wait slow/);
    expect(terminal.whole()).toContain('or:  End it, which stops what it costs. aleph-agent vm destroy slow');
  });

  it('a reader that went away is quiet success', async () => {
    const program = `${process.execPath} ${join(import.meta.dirname, '../../../bin/aleph-agent.js')}`;
    for (const line of ['errors', 'ledger ls', 'credits prices --json']) {
      const terminal = type(`{ ${program} ${line}; echo "ended $?" >&2; } | head -1`, 120, { shell: true });
      await terminal.exit;
      expect(terminal.whole()).toMatch(/ended 0$/);
      expect(terminal.whole()).not.toMatch(/EPIPE|error/i);
    }
  });
});

const ended = async (terminal: Terminal): Promise<Terminal> => {
  await terminal.exit;
  return terminal;
};
