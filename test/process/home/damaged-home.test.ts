import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary } from '../../support/binary.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';

/** What a person, a full disk or a broken copy does to a home must not keep VMs alive. */
describe('a home that is damaged', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
    home = await devnet.home('5');
    for (const name of ['one', 'two', 'three']) await home.must(`vm create ${name} --ttl 4h --timeout 20m`);
  });
  afterAll(() => devnet.close());

  const endedVms = async (): Promise<number> => (await devnet.bills()).filter(({ endedAt }) => endedAt !== null).length;

  it('S-06 shows and destroys VMs past a damaged key and damaged settings', async () => {
    writeFileSync(join(home.folder, 'keys', 'other.json'), '{"name":"other"');
    expect((await home.must('vm ls')).items).toHaveLength(3);
    const settings = readFileSync(join(home.folder, 'settings.json'));
    writeFileSync(join(home.folder, 'settings.json'), '{ "chosenKey":');
    const ls = await home.run('vm ls --account agent');
    expect(ls.document()).toMatchObject({ ok: true, data: { count: 3 } });
    expect(JSON.parse(ls.stdout).warnings).toContainEqual(expect.objectContaining({ code: 'SETTINGS_IGNORED' }));
    expect((await home.run('vm create four --ttl 1h --account agent')).document()).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
    expect((await home.run('gc --account agent')).exit).toBe(0);
    const gone = await home.run('vm destroy one --timeout 20m');
    expect(gone.document()).toMatchObject({ ok: true, data: { items: [{ state: 'terminated' }] } });
    expect(await endedVms()).toBe(1);
    writeFileSync(join(home.folder, 'settings.json'), settings);
  });

  it('S-06 destroys a VM where no byte can be written, off the record', async () => {
    // no file may grow, as on a full disk; without the signal that would end the process
    const line = `trap '' XFSZ; ulimit -f 0; exec "$0" "$@"`;
    const { env } = home;
    const ran = spawnSync('sh', ['-c', line, process.execPath, binary, 'vm', 'destroy', 'two', '--json', '--timeout', '20m'], {
      env,
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    const answer = JSON.parse(ran.stdout) as { warnings: unknown };
    expect(answer).toMatchObject({ ok: true, data: { items: [{ name: 'two', state: 'terminated' }] } });
    expect(answer.warnings).toContainEqual(expect.objectContaining({ code: 'OFF_THE_RECORD' }));
    expect(await endedVms()).toBe(2);
    expect((await home.must('vm ls --all')).items).toContainEqual(expect.objectContaining({ name: 'two', state: 'ended' }));
  });
});
