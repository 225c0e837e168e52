import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import { brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Home, patient } from '../../support/home.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';

const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);

describe('a safe whose key has a passphrase (safe.md §2)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let file: string;
  let safe: ServedSafe;
  let agent: Home;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 6 });
    owner = await devnet.home('1');
    const credentials = join(owner.cwd, 'credentials');
    mkdirSync(credentials);
    file = join(credentials, 'aleph-agent-passphrase');
    writeFileSync(file, 'a long passphrase for the safe\n', { mode: 0o600 });
    const made = await owner.must(`keys create locked --passphrase-file ${file}`);
    await owner.must('keys use locked');
    await devnet.fund(String(made['address']), '5');
    safe = await serveSafe(owner, { env: patient, flags: `--passphrase-file ${file}` });
    agent = await safe.agent('ci', '--budget 1 --max-vms 3');
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  it('opens it once, as it starts, and signs for its agents from then on', async () => {
    const ran = await persistently(() => agent.run('vm create box --ttl 2h --no-wait'));
    expect(codeOf(ran), ran.stdout).toBe('ok');
    // the file is not read again: who gave it may take it away
    writeFileSync(file, 'gone\n');
    expect(codeOf(await persistently(() => agent.run('vm create other --ttl 2h --no-wait')))).toBe('ok');
  });

  it('goes on locked: reads and ends need no new signature, and what does is refused and says so', async () => {
    const { socket } = safe;
    await safe.kill();
    const locked = owner.start(`serve --socket ${socket}`, { env: patient });
    const said = await new Promise<string>((resolve) => locked.child.stdout!.once('data', (chunk) => resolve(String(chunk))));
    expect(JSON.parse(said)).toMatchObject({ ok: true, warnings: [{ code: 'KEY_LOCKED' }] });
    expect(codeOf(await agent.run('status'))).toBe('ok');
    expect(codeOf(await agent.run('vm create more --ttl 1h --no-wait'))).toBe('KEY_LOCKED');
    expect(codeOf(await persistently(() => agent.run('vm destroy other --timeout 10m')))).toBe('ok');
    await devnet.advance(2 * 3_600_000);
    await expect
      .poll(() => owner.ledger((ledger) => ledger.vms().map(({ state }) => state)), { timeout: 60_000 })
      .toEqual(['terminated', 'terminated']);
    expect(brokenRecords(owner, await devnet.bills())).toEqual([]);
    locked.child.kill('SIGTERM');
    await locked.ended;
  });

  it('takes the passphrase from a service’s credentials', async () => {
    writeFileSync(file, 'a long passphrase for the safe\n');
    safe = await serveSafe(owner, { env: { ...patient, CREDENTIALS_DIRECTORY: join(file, '..') } });
    const other = await safe.agent('other', '--budget 1');
    expect(codeOf(await persistently(() => other.run('vm create box --ttl 1h --no-wait')))).toBe('ok');
    expect(codeOf(await persistently(() => other.run('vm destroy box --timeout 10m')))).toBe('ok');
  });
});
