import { chmodSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DevnetWorld, devnetWorld } from '../../support/devnet/devnet-world.ts';

interface Report {
  problems: { check: string; fix: { actor: string; command: string | null } }[];
  fixed?: { check: string; did: string }[];
}

let world: DevnetWorld;
beforeAll(async () => {
  world = await devnetWorld();
  await world.must('keys create agent --unencrypted');
  await world.must('devnet fund 2');
});
afterAll(() => world?.close());

const checksOf = ({ problems }: Report): string[] => problems.map(({ check }) => check);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

it('doctor --fix closes files of ours to others, says so, and leaves what needs a person; a link leads it nowhere', async () => {
  const key = join(world.folder, 'keys/agent.json');
  chmodSync(world.folder, 0o700);
  const other = join(world.cwd, 'other.txt');
  writeFileSync(other, 'mine', { mode: 0o644 });
  symlinkSync(other, join(world.folder, 'keys/link.json'));
  chmodSync(key, 0o644);
  chmodSync(join(world.folder, 'keys'), 0o755);
  const found: Report = await world.must('doctor');
  expect(checksOf(found)).toContain('permissions');
  expect(found).not.toHaveProperty('fixed');
  expect(modeOf(key)).toBe(0o644);
  rmSync(join(world.folder, 'keys/link.json'));
  symlinkSync(other, join(world.folder, 'keys/link.pub'));
  chmodSync(other, 0o666);
  const ran = await world.run('doctor --fix --json');
  const { data, warnings } = ran.document() as unknown as { data: Report; warnings: { code: string }[] };
  expect(data.fixed?.map(({ check, did }) => `${check}: ${did}`)).toEqual([
    expect.stringMatching(/^permissions: Closed .*\/keys \(it was 0755\) to other users\.$/),
    expect.stringMatching(/^permissions: Closed .*\/keys\/agent\.json \(it was 0644\) to other users\.$/),
  ]);
  expect(warnings.map(({ code }) => code)).toContain('WAS_READABLE');
  expect([modeOf(key), modeOf(join(world.folder, 'keys')), modeOf(other)]).toEqual([0o600, 0o700, 0o666]);
  expect(data.problems.find(({ check }) => check === 'approver')?.fix.actor).toBe('human');
  rmSync(join(world.folder, 'keys/link.pub'));
  expect(((await world.must('doctor --fix')) as Report).fixed).toEqual([]);
});

it('doctor --fix puts back a timer that was installed and is gone, and none that nobody installed or that was taken out', async () => {
  const table = join(`${world.folder}.machine`, 'crontab');
  expect(((await world.must('doctor --fix')) as Report).fixed).toEqual([]);
  await world.must('vm create ci --ttl 1h');
  await world.must('gc install --every 10m');
  const installed = readFileSync(table, 'utf8');
  await world.must('gc watch --once --every 5m');
  rmSync(table);
  expect(checksOf(await world.must('doctor'))).toContain('timer');
  const mended: Report = await world.must('doctor --fix');
  expect(mended.fixed).toMatchObject([{ check: 'timer' }]);
  expect(checksOf(mended)).not.toContain('timer');
  expect(installed).toContain('*/10 * * * *');
  expect(readFileSync(table, 'utf8')).toBe(installed);
  // where nobody knows the interval any more, a person says it
  rmSync(table);
  for (const name of readdirSync(join(world.folder, 'logs'))) if (name.endsWith('.minutes')) rmSync(join(world.folder, 'logs', name));
  const unknown: Report = await world.must('doctor --fix');
  expect(unknown.fixed).toEqual([]);
  expect(unknown.problems.find(({ check }) => check === 'timer')?.fix.actor).toBe('human');
  await world.must('gc install');
  await world.must('gc uninstall');
  const left: Report = await world.must('doctor --fix');
  expect(left.fixed).toEqual([]);
  expect(checksOf(left)).not.toContain('timer');
});
