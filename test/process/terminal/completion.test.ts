import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary } from '../../support/binary.ts';
import { type DevnetWorld, devnetWorld } from '../../support/devnet/devnet-world.ts';

const isThere = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

describe('completion in real shells', () => {
  let world: DevnetWorld;
  let env: Record<string, string>;
  const script = async (shell: string): Promise<string> => {
    const path = join(world.cwd, `completion.${shell}`);
    const printed = await world.run(`completion ${shell}`);
    expect(printed.exit, printed.stderr).toBe(0);
    writeFileSync(path, printed.stdout);
    return path;
  };

  beforeAll(async () => {
    world = await devnetWorld('--nodes 6 --seed 7 --guests banner --clock waits');
    await world.must('keys create agent --unencrypted');
    await world.must('devnet fund 5');
    await world.must('vm create ci --ttl 2h');
    await world.must('vm create gone --ttl 2h');
    await world.must('vm destroy gone');
    const bin = join(world.cwd, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'aleph-agent'), `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`);
    chmodSync(join(bin, 'aleph-agent'), 0o755);
    env = { ...world.env, PATH: `${bin}:${world.env['PATH']}` };
  });
  afterAll(() => world.close());

  /** What `complete -F` would offer, and whether a space follows: the function is found and called as readline does it. */
  const inBash = async (words: readonly string[]): Promise<string[]> => {
    const path = await script('bash');
    const program = `source "$1"; shift
      compopt() { echo "opt $*"; }
      [[ "$(complete -p aleph-agent)" == *'-F _aleph_agent'* ]] || exit 3
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _aleph_agent aleph-agent "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
      for each in "\${COMPREPLY[@]}"; do echo "$each"; done`;
    const ran = spawnSync('bash', ['--norc', '-c', program, 'bash', path, 'aleph-agent', ...words], {
      env,
      encoding: 'utf8',
      cwd: world.cwd,
    });
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    return ran.stdout.split('\n').filter((line) => line !== '');
  };

  it('bash: commands, flags, choices, VMs that are not gone, nodes, keys, networks', async () => {
    expect(await inBash(['vm', 'sh'])).toEqual(['show']);
    expect(await inBash(['vm', 'show', ''])).toEqual(['ci']);
    expect(await inBash(['vm', 'ls', '--off'])).toEqual(['--offline']);
    expect(await inBash(['vm', 'create', '--if-exists', '=', 'r'])).toEqual(['return']);
    const [first] = world.devnet.data.crns;
    const nodes = await inBash(['crns', 'show', '']);
    expect(nodes.length).toBeGreaterThanOrEqual(5);
    expect(await inBash(['crns', 'show', first!.hash.slice(0, 6)])).toContain(first!.hash.slice(0, 12));
    expect(await inBash(['keys', 'use', ''])).toEqual(['agent']);
    expect(await inBash(['vm', 'ls', '--network', 'd'])).toEqual(['devnet']);
    expect(await inBash(['vm', 'cp', 'c'])).toEqual(['opt -o nospace', 'ci:']);
    expect(await inBash(['vm', 'exec', 'ci', '--', 'l'])).toEqual(['opt -o default']);
  });

  it('bash -n finds nothing wrong', async () => {
    expect(spawnSync('bash', ['-n', await script('bash')], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it.skipIf(!isThere('zsh'))('zsh: reads the script, and it names the same', async () => {
    const path = await script('zsh');
    expect(spawnSync('zsh', ['-n', path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const program = `compdef() { :; }; compadd() { print -l -- $values; }; source ${path}; words=(aleph-agent vm show ''); CURRENT=4; _aleph_agent`;
    expect(spawnSync('zsh', ['-f', '-c', program], { env, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: 'ci\n', stderr: '' });
  });

  it.skipIf(!isThere('fish'))('fish: reads the script, and it names the same', async () => {
    const path = await script('fish');
    expect(spawnSync('fish', ['-n', path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const ran = spawnSync('fish', ['--no-config', '-c', `source ${path}; complete -C 'aleph-agent vm show '`], { env, encoding: 'utf8' });
    expect(ran.stdout).toMatch(/^ci\b/m);
  });

  // no machine that this ran on had it so far
  it.skipIf(!isThere('pwsh'))('PowerShell: reads the script, and it names the same', async () => {
    const path = await script('powershell');
    const line = 'aleph-agent vm show ';
    const program = `. ${path}; (TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`;
    const ran = spawnSync('pwsh', ['-NoProfile', '-Command', program], { env, encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ci\b/m) });
  });

  const askedFor = (words: readonly string[], more: Record<string, string> = {}) =>
    spawnSync(process.execPath, [binary, '__complete', '--', ...words], {
      env: { ...world.env, ...more },
      encoding: 'utf8',
      cwd: world.cwd,
    });

  it('asks no network, opens no key and writes nothing', async () => {
    const state = (): string[] =>
      readdirSync(world.folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => !/-(wal|shm)$/.test(file))
        .map((file) => `${file} ${statSync(join(world.folder, file)).mtimeMs}`)
        .filter((line) => !/^devnet/.test(line) && !/^ /.test(line))
        .sort();
    // whoever asked the network, or a proxy for it, would meet this
    const count = join(world.cwd, 'count.cjs');
    writeFileSync(
      count,
      "require('node:net').Socket.prototype.connect=()=>{process.stderr.write('asked');throw new Error('asked')};globalThis.fetch=()=>{process.stderr.write('asked');throw 1};",
    );
    const before = state();
    for (const words of [['vm', 'show', ''], ['crns', 'show', ''], ['keys', 'use', ''], ['']]) {
      const ran = askedFor(words, { NODE_OPTIONS: `--require ${count}` });
      expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
      expect(ran.stdout.split('\n').length).toBeGreaterThan(2);
    }
    expect(state()).toEqual(before);
  });

  it('is silent where there is nothing, or only trouble', async () => {
    const other = world.another();
    const empty = askedFor(['vm', 'show', ''], other.env);
    expect(empty).toMatchObject({ status: 0, stdout: ':words\n', stderr: '' });
    expect(existsSync(join(other.folder, 'ledger.sqlite'))).toBe(false);
    writeFileSync(join(other.folder, 'ledger.sqlite'), 'no database at all');
    writeFileSync(join(other.folder, 'settings.json'), '{ no settings');
    expect(askedFor(['vm', 'show', ''], other.env)).toMatchObject({ status: 0, stderr: '' });
    rmSync(join(other.folder, 'settings.json'));
    expect(askedFor(['vm', 'show', ''], other.env)).toMatchObject({ status: 0, stdout: ':words\n', stderr: '' });
  });
});
