import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import { binary } from '../../support/binary.ts';
import { brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import type { Home } from '../../support/home.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { approveAs } from '../../support/strays/unmarked-vm.ts';

const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);

let programs: string;
let devnet: DevnetProcess;
let owner: AlephHome;
let safe: ServedSafe;
let ci: Home;
beforeAll(async () => {
  // as an image, or a setup script, would have it in the VM
  programs = mkdtempSync(join(tmpdir(), 'aleph-agent-programs-'));
  const program = join(programs, 'aleph-agent');
  writeFileSync(program, `#!/bin/sh\nALEPH_AGENT_OUTPUT=json exec '${process.execPath}' '${binary}' "$@"\n`);
  chmodSync(program, 0o755);
  devnet = await startDevnet({ nodes: 6, guests: 'exec', path: `${programs}:${process.env['PATH'] ?? ''}` });
  owner = await devnet.home('5');
  safe = await serveSafe(owner, { flags: '--listen 127.0.0.1:0' });
  ci = await safe.agent('ci', '--budget 0.2 --commands vm.spawn');
});
afterAll(async () => {
  await safe.close();
  await devnet.close();
  rmSync(programs, { recursive: true, force: true });
});

/** A line of the child, in the VM in which it lives. */
const inside = async (line: string): Promise<Ended> => persistently(() => ci.run(`vm exec worker -- aleph-agent ${line}`));

const answerIn = (ended: Ended): { ok: boolean; data?: Record<string, unknown>; error?: { code: string } } =>
  JSON.parse(String(ended.document().data['untrustedStdout']).trim().split('\n').at(-1)!);

it('W-120 to W-124: spawned from a spec, approved by a person, joined over SSH, within its parent’s slice, and gone with its VM', async () => {
  const spec = join(ci.cwd, 'worker.json');
  writeFileSync(spec, JSON.stringify({ ttl: '2h', budget: '0.05', maxVms: 1, setup: 'first.sh' }));
  writeFileSync(join(ci.cwd, 'first.sh'), 'echo begun >state.txt\n');
  const line = 'vm spawn worker --from worker.json --request-id job-7 --timeout 30m';
  const asked = await persistently(() => ci.run(line));
  expect(codeOf(asked), asked.stdout).toBe('APPROVAL_NEEDED');
  approveAs(owner.folder, String(asked.document().error.facts['approval']));
  const made = await persistently(() => ci.run(line));
  expect(made.document().data, made.stdout).toMatchObject({ name: 'worker', agent: 'ci-worker', joined: true, setup: { exitCode: 0 } });
  // nobody but the child has had its invitation
  expect(made.stdout + made.stderr).not.toContain('aleph-agent-invitation-');

  expect(answerIn(await inside('whoami')).data).toMatchObject({ agent: 'ci-worker', slice: { budgetUsd: '0.0500', maxVms: 1 } });
  expect(answerIn(await inside('vm create own --ttl 1h --no-wait')).data).toMatchObject({ name: 'own' });
  expect(answerIn(await inside('vm create more --ttl 1h --no-wait')).error?.code).toBe('TOO_MANY_VMS');
  expect(answerIn(await inside('vm create long --ttl 3h --dry-run')).data).toMatchObject({ verdict: 'deny' });
  expect(answerIn(await inside('vm spawn kid --budget 0.01 --ttl 1h')).error?.code).toBe('AGENT_REFUSED');
  expect(owner.ledger((ledger) => ledger.vms().map(({ name, agent }) => `${agent} ${name}`))).toEqual(['ci worker', 'ci-worker own']);
  expect((await owner.must('agents ls --full'))['items']).toMatchObject([
    { name: 'ci', parent: null },
    { name: 'ci-worker', parent: 'ci', state: 'joined' },
  ]);

  const ended = await persistently(() => ci.run('vm destroy worker --with-children --timeout 30m'));
  expect((ended.document().data['items'] as { name: string }[]).map(({ name }) => name)).toEqual(['worker', 'own']);
  expect((await owner.must('agents show ci-worker'))['state']).toBe('ended');
  expect(brokenRecords(owner, await devnet.bills())).toEqual([]);
});

it('W-120 without the command in its slice an agent spawns nothing, and the owner has agents instead', async () => {
  const plain = await safe.agent('plain');
  expect(codeOf(await plain.run('vm spawn x --budget 0.01 --ttl 1h'))).toBe('AGENT_REFUSED');
  expect(codeOf(await owner.run('vm spawn x --budget 0.01 --ttl 1h'))).toBe('USAGE');
});
