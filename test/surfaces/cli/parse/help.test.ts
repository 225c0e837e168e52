import { describe, expect, it } from 'vitest';
import { registry } from '../../../../src/commands/index.ts';
import { manifestOf } from '../../../../src/contract/declare/manifest.ts';
import { quickAnswer } from '../../../../src/surfaces/cli/parse/quick-answer.ts';
import { writeHelp } from '../../../../src/surfaces/cli/parse/write-help.ts';
import { cli } from '../../../support/cli-world.ts';

const help = async (line: string): Promise<string> => (await cli(`${line} --help`)).stdout;

describe('help', () => {
  it('of the program has at most 24 rows of 80 columns, and every command and group is in it', async () => {
    const text = (await cli('')).stdout;
    expect(text).toBe(await help(''));
    const rows = text.trimEnd().split('\n');
    expect(rows.length).toBeLessThanOrEqual(24);
    expect(rows.filter((row) => row.length > 80)).toEqual([]);
    for (const { name } of registry) expect(text).toContain(name.split(' ')[1] ?? name);
  });

  it.each(registry.map(({ name }) => name))('of %s has at most 45 rows of 80 columns, examples first', async (name) => {
    const rows = (await help(name)).trimEnd().split('\n');
    expect(rows[0]).toMatch(new RegExp(`^aleph-agent ${name}\\b`));
    expect(rows.length).toBeLessThanOrEqual(45);
    // a line that is to be typed is not broken
    expect(rows.filter((row) => row.length > 80 && !row.startsWith('  aleph-agent '))).toEqual([]);
  });

  it('looks like this', async () => {
    expect(await help('errors')).toMatchInlineSnapshot(`
      "aleph-agent errors [CODE]
      List the failure codes and what each means

        aleph-agent errors    # all of them
        aleph-agent errors CREDIT_RESERVE_SHORT    # one of them

        [CODE]               One code; all if omitted
        --limit N            Rows at most (1-1000, default 1000)
        --cursor CURSOR      nextCursor of the previous page

      Fails: 3 CODE_NOT_FOUND
      "
    `);
    expect(await help('profile')).toMatchInlineSnapshot(`
      "aleph-agent profile
      Write the profiles for agents and owner

        # write profiles/aleph-agent.md, owner.md and aleph-agent.json
        aleph-agent profile
        aleph-agent profile --check    # are they what this version would write?

        --dir DIR            Folder to write to (default profiles)
        --check              Write nothing; fail if the files there differ

      Fails: 7 PROFILE_STALE
      "
    `);
    expect(await help('vm destroy')).toMatchInlineSnapshot(`
      "aleph-agent vm destroy [VMS...]
      Destroy VMs and prove that they no longer bill

        aleph-agent vm destroy ci    # one VM by name
        aleph-agent vm destroy ci web --dry-run    # what would be destroyed
        aleph-agent vm destroy --expired    # what should be gone
        # all VMs of the task you work for
        aleph-agent vm destroy --of-task nightly --task nightly

        [VMS...]             Names or ids
        --expired            VMs past their expiry
        --task TASK          The task you work for; --of-task chooses VMs
        --of-task TASK       Only this task's
        --all                All VMs of this account
        --with-children      Also the VMs of agents that live in them
        Also --dry-run, --yes, --approval ID, --purpose TEXT, --passphrase-file PATH

      Failures with their exit codes: aleph-agent schema vm destroy
      "
    `);
    expect(await help('credits')).toMatchInlineSnapshot(`
      "aleph-agent credits:

        credits balance      Show what the account holds, burns and can spend
        credits history      Show where credits came from and went
        credits allow        Send credits to another account, as an allowance
        credits return       Send credits back to the account that gave the allowance
        credits topup        Buy credits with tokens, or show where to send some
        credits prices       List the price of every size, GPU and confidential
                             included
        credits estimate     Estimate what a VM would cost, without an account

      aleph-agent credits VERB --help shows examples, flags and failures.
      "
    `);
  });
});

describe('flags in help', () => {
  it('that turn something off say what typing them does', async () => {
    expect(await help('vm create')).toMatch(/--no-wait +Do not wait for SSH$/m);
    expect(await help('crns ls')).toMatch(/--no-probe +Do not ask the nodes themselves$/m);
  });

  it('name the unit that a number counts', async () => {
    for (const line of ['vm create', 'credits estimate']) expect(await help(line)).toMatch(/--memory SIZE .*\n +--disk SIZE /);
    expect(await help('crns ls')).toMatch(/--min-memory SIZE /);
  });
});

describe('help that the build writes down', () => {
  it('is word for word what the command line answers', async () => {
    const written = writeHelp(await manifestOf(registry), '1.2.0');
    const lines = [
      [],
      ['--help'],
      ['--version'],
      ['version'],
      ['-v'],
      ['help'],
      ['help', 'vm'],
      ['help', 'vm', 'create'],
      ['vm', '-h'],
      ['vm', 'rm', '--help'],
      ...registry.map(({ name }) => [...name.split(' '), '--help']),
    ];
    for (const line of lines) expect(quickAnswer(line, undefined, () => written)?.text, line.join(' ')).toBe((await cli(line)).stdout);
  });

  it('leaves out what an agent may not call, where its home has joined a safe', async () => {
    const written = writeHelp(await manifestOf(registry), '1.2.0');
    const of = (line: string): string => {
      const { text, joined } = quickAnswer([...line.split(' '), '--help'].filter(Boolean), undefined, () => written)!;
      return joined ?? text;
    };
    expect(of('')).toMatchInlineSnapshot(`
      "aleph-agent: rent VMs on Aleph Cloud within a budget you set.

        start here demo status crash-test
        vm         create ls show wait exec ssh cp port start stop reboot extend
                   protect redeploy destroy
        crns       ls show check
        credits    balance history prices estimate
        a person   deny approvals [ls|show|wait]
        a safe     serve [status] join leave whoami
        clients    mcp call plugin skill [get|install] profile
        yours      config [get|set|ls|explain] completion
        look up    help schema commands errors exit-codes

      Everywhere:  --json --format=<mode> --fields=<paths> --full --network=<name>
                   --account=<key> --task=<name> --timeout=<duration> --no-input

      COMMAND --help: examples, flags, failures. help TOPIC: a page of the manual.
      "
    `);
    expect(of('vm')).not.toMatch(/vm adopt/);
    expect(of('vm create')).toBe((await cli(['vm', 'create', '--help'])).stdout);
  });

  it('leaves everything else to the command line', () => {
    const asked = [
      ['vm', 'ls'],
      ['nope', '--help'],
      ['--json', '--help'],
      ['vm', 'exec', 'ci', '--', '--help'],
      ['vm', '--version'],
    ];
    const texts = { '': 'x', vm: 'x', 'vm exec': 'x' };
    const found = () => ({ version: '1', texts, joined: {} });
    for (const line of asked) expect(quickAnswer(line, undefined, found), line.join(' ')).toBeNull();
    expect(quickAnswer(['--help'], 'json', found)).toBeNull();
  });
});

describe('topics', () => {
  it('help TOPIC prints a page of the manual, and in JSON the same text', async () => {
    expect(await cli('help settings')).toMatchObject({ exit: 0, stdout: '# Settings\n' });
    expect(JSON.parse((await cli('help safe --json')).stdout)).toMatchObject({ schema: 'help@1', data: { text: '# A safe\n' } });
  });

  it('one that is not there is answered with those that are', async () => {
    const { exit, stderr } = await cli('help setings');
    expect([exit, stderr]).toEqual([2, expect.stringContaining('There is no command or topic "setings". Topics: settings, safe, devnet.')]);
  });

  it('help NAME of a command shows the page of that name below, and --help does not', async () => {
    const own = await help('devnet');
    expect((await cli('help devnet')).stdout).toBe(`${own}\n# The devnet\n`);
    expect((await cli('devnet --help')).stdout).toBe(own);
  });
});

describe('aliases', () => {
  it('destroy = delete = rm, show = get', async () => {
    const destroy = await help('vm destroy');
    expect([await help('vm rm'), await help('vm delete')]).toEqual([destroy, destroy]);
    expect(await help('vm get')).toBe(await help('vm show'));
  });
});
