import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { binary } from '../../support/binary.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

const script = resolve(import.meta.dirname, '../../../plugins/claude/hooks/remind.sh');

let devnet: DevnetProcess;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 12 });
});
afterAll(() => devnet.close());

/** Runs the hook as Claude Code does: by sh, with the program in PATH. */
const hook = (home: AlephHome): { exit: number | null; stdout: string; stderr: string } => {
  const bin = join(home.cwd, 'bin');
  mkdirSync(bin, { recursive: true });
  if (spawnSync('test', ['-e', join(bin, 'aleph-agent')]).status !== 0) symlinkSync(binary, join(bin, 'aleph-agent'));
  const { ALEPH_AGENT_OUTPUT: _, ...env } = home.env;
  const ran = spawnSync('sh', [script], { env: { ...env, PATH: `${bin}:${env['PATH']}` }, cwd: home.cwd, encoding: 'utf8', input: '{}' });
  return { exit: ran.status, stdout: ran.stdout, stderr: ran.stderr };
};

it('W-016 as a session ends, the plugin for Claude Code says which VMs still run, and nothing where none does', async () => {
  const home = await devnet.home('5');
  expect(hook(home)).toEqual({ exit: 0, stdout: '', stderr: '' });
  await home.must('vm create ci --ttl 2h --timeout 30m');
  const reminded = hook(home);
  expect(reminded).toMatchObject({ exit: 2, stdout: '' });
  expect(reminded.stderr).toBe('ci still cost 0.01425 USD an hour, until they end. To end one: aleph-agent vm destroy NAME\n');
  await home.must('vm destroy ci --yes --timeout 30m');
  expect(hook(home)).toEqual({ exit: 0, stdout: '', stderr: '' });
});
