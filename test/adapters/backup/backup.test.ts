import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { PrivateFiles } from '../../../src/ports/host/private-files.ts';
import { at, backupsAt, filesIn, smallHome } from '../../support/backups-at.ts';
import { keptHome } from '../../support/kept-home.ts';
import { codeOf, failureOf } from '../../support/lifecycle-calls.ts';
import { temporaryHome } from '../../support/temporary-home.ts';
import { Death } from '../../support/test-context.ts';

const trailOf = (folder: string) => {
  const ledger = openLedger({ path: join(folder, 'ledger.sqlite'), now: Date.now });
  const trail = { rows: ledger.effects().map(({ hash }) => hash), vms: ledger.vms(), approvals: ledger.approvals() };
  ledger.close();
  return trail;
};

/** A home of 0.1.0 that has become a safe, with all that a backup leaves out. */
const safeHome = (): string => {
  const { folder } = keptHome('0.1.0');
  for (const [path, text] of Object.entries({
    'safe/key.pem': 'a key\n',
    'safe/certificate.pem': 'a certificate\n',
    'safe/address.json': '{}',
    'alerts.json': '{"url":null}',
    'cache/price.json': '{}',
    'devnet/devnet.json': '{}',
    'logs/gc.log': 'round\n',
    'keys/notes.txt': 'a person’s own\n',
    'keys/.agent.json.0123456789ab.tmp': 'half',
  })) {
    mkdirSync(join(folder, path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, path), text, { mode: 0o600 });
  }
  return folder;
};

describe('a backup', () => {
  it('is one private tar of what makes the safe, taken while others write, and comes back as it was', async () => {
    const from = safeHome();
    const file = join(temporaryHome(), 'safe.tar');
    const trail = trailOf(from);
    // one who is in the middle of a write, as a served safe may be
    const writer = new DatabaseSync(join(from, 'ledger.sqlite'));
    writer.exec("BEGIN IMMEDIATE; UPDATE vms SET name = 'another'");
    const { bytes, keys } = await backupsAt(from).write(file, at);
    writer.exec('ROLLBACK');
    writer.close();
    expect([keys, statSync(file).size, statSync(file).mode & 0o777]).toEqual([1, bytes, 0o600]);
    const listed = execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n');
    expect(listed[0]).toBe('backup.json');
    const wanted = filesIn(from).filter((path) => !/^(cache|devnet|logs)|address|notes|tmp$|sqlite-/.test(path));
    expect(listed.slice(1).sort()).toEqual(wanted);
    expect(readdirSync(from).filter((name) => name.startsWith('.'))).toEqual([]);

    const to = join(temporaryHome(), 'new', 'home');
    const unpacked = await backupsAt(to).unpack(file);
    expect(unpacked).toMatchObject({ at, program: '1.2.0', keys: 1 });
    expect(filesIn(to).filter((path) => !path.startsWith('.restore-'))).toEqual([]);
    await unpacked.keep();
    await unpacked.discard();
    expect(filesIn(to)).toEqual(wanted);
    for (const path of wanted.filter((each) => each !== 'ledger.sqlite')) {
      expect(readFileSync(join(to, path)).equals(readFileSync(join(from, path))), path).toBe(true);
    }
    for (const path of ['.', 'keys', 'ssh', 'safe', ...wanted]) expect([path, statSync(join(to, path)).mode & 0o077]).toEqual([path, 0]);
    expect(trailOf(to)).toEqual(trail);
  });

  it('takes keys without a ledger, and none of neither', async () => {
    const home = smallHome();
    const file = join(home, '..', 'b.tar');
    expect(await backupsAt(home).write(file, at)).toMatchObject({ keys: 1 });
    for (const empty of [join(home, 'not-there'), temporaryHome()]) {
      const failure = await failureOf(backupsAt(empty).write(`${file}2`, at));
      expect([failure.code, failure.details.fix?.command]).toEqual(['USAGE', 'aleph-agent keys create']);
    }
    expect(readdirSync(join(home, '..'))).toEqual(['b.tar', 'home']);
  });

  it('leaves a file alone that is there, and takes its own away where it cannot be finished', async () => {
    const home = smallHome();
    const file = join(home, '..', 'b.tar');
    writeFileSync(file, 'mine');
    expect(await codeOf(backupsAt(home).write(file, at))).toBe('USAGE');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    rmSync(file);
    expect(await codeOf(backupsAt(home).write(join(home, 'no', 'folder.tar'), at))).toBe('USAGE');
    const signal = AbortSignal.abort(new Failure('INTERRUPTED', 'Interrupted.'));
    expect(await codeOf(backupsAt(home, { signal }).write(file, at))).toBe('INTERRUPTED');
    expect([existsSync(file), readdirSync(home)]).toEqual([false, ['keys', 'settings.json']]);
  });

  it('is not made of secrets that others can read, nor of what no restore would take', async () => {
    const home = smallHome();
    const file = join(home, '..', 'b.tar');
    chmodSync(join(home, 'keys', 'dev.json'), 0o644);
    const failure = await failureOf(backupsAt(home).write(file, at));
    expect([failure.code, failure.details.fix?.command]).toEqual(['CONFIG_INVALID', 'aleph-agent doctor --fix']);
    chmodSync(join(home, 'keys', 'dev.json'), 0o600);
    writeFileSync(join(home, 'settings.json'), ' '.repeat(1_048_577));
    expect((await failureOf(backupsAt(home).write(file, at))).message).toBe(
      'settings.json is too large for a backup: at most 1048576 bytes.',
    );
    expect(existsSync(file)).toBe(false);
  });
});

/** The home's files, of a process that dies once so many of them are in place. */
const dyingAfter = (count: number): PrivateFiles => {
  const files = privateFiles();
  let left = count;
  return {
    ...files,
    create(path, text) {
      if (left === 0) throw new Death();
      left -= 1;
      return files.create(path, text);
    },
  };
};

describe('a restore', () => {
  it.each([
    'settings.json',
    'keys/other.json',
    'keys/dev.json',
    'ledger.sqlite',
    'ledger.sqlite-wal',
    'safe/address.json',
    'joined.json',
    'alerts.json',
  ])('leaves a home alone that has %s', async (path) => {
    const from = smallHome();
    const file = join(from, '..', 'b.tar');
    await backupsAt(from).write(file, at);
    const to = temporaryHome();
    mkdirSync(join(to, path, '..'), { recursive: true });
    writeFileSync(join(to, path), 'another');
    const failure = await failureOf(backupsAt(to).unpack(file));
    expect(failure).toMatchObject({ code: 'USAGE', message: `The home ${to} is not empty: it has ${join(to, path)}.` });
    expect(failure.details.fix?.text).toMatch('ALEPH_AGENT_HOME');
    expect(filesIn(to)).toEqual([path]);
    expect(readFileSync(join(to, path), 'utf8')).toBe('another');
  });

  it('of a process that died after any of its files is finished by the next one', async () => {
    const from = safeHome();
    const file = join(temporaryHome(), 'b.tar');
    await backupsAt(from).write(file, at);
    const whole = join(temporaryHome(), 'home');
    await (await backupsAt(whole).unpack(file)).keep();
    const wanted = filesIn(whole);
    for (let dies = 0; dies < wanted.length - 1; dies += 1) {
      const to = join(temporaryHome(), 'home');
      const unpacked = await backupsAt(to, { files: dyingAfter(dies) }).unpack(file);
      await expect(unpacked.keep()).rejects.toThrow(Death);
      const left = filesIn(to).filter((path) => !path.startsWith('.restore-'));
      expect([left.length, left.includes('ledger.sqlite')]).toEqual([dies, false]);
      const second = await backupsAt(to).unpack(file);
      await second.keep();
      // what the dead one had unpacked is gone, too
      expect(filesIn(to)).toEqual(wanted);
    }
  });

  it('that another one overtook replaces nothing of it', async () => {
    const from = safeHome();
    const file = join(temporaryHome(), 'b.tar');
    await backupsAt(from).write(file, at);
    const to = temporaryHome();
    const [slow, quick] = [await backupsAt(to).unpack(file), await backupsAt(to).unpack(file)];
    await quick.keep();
    const ledger = readFileSync(join(to, 'ledger.sqlite'));
    const failure = await failureOf(slow.keep());
    expect([failure.code, failure.details.fix?.text]).toEqual(['USAGE', expect.stringMatching(/^Where an earlier restore .* is complete/)]);
    await slow.discard();
    expect(readFileSync(join(to, 'ledger.sqlite')).equals(ledger)).toBe(true);
  });

  it('into a home where half of another backup lies says so, and goes into another one', async () => {
    const [one, other] = [smallHome('a'), smallHome('b')];
    const [file, second] = [join(one, '..', 'b.tar'), join(other, '..', 'b.tar')];
    await backupsAt(one).write(file, at);
    await backupsAt(other).write(second, at);
    const to = join(temporaryHome(), 'home');
    await expect((await backupsAt(to, { files: dyingAfter(1) }).unpack(file)).keep()).rejects.toThrow(Death);
    expect(await codeOf(backupsAt(to).unpack(second))).toBe('USAGE');
    const free = join(temporaryHome(), 'home');
    await (await backupsAt(free).unpack(second)).keep();
    expect(filesIn(free)).toEqual(['keys/dev.json', 'settings.json']);
  });
});
