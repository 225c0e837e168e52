import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('private files', () => {
  it('are 0600 in folders of 0700, and leave nothing beside them', () => {
    const path = join(temporaryHome(), 'a', 'b', 'file.json');
    expect(privateFiles().create(path, 'one')).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, '..', '..')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(path, '..'))).toEqual(['file.json']);
  });

  it('are never overwritten by create', () => {
    const path = join(temporaryHome(), 'file');
    const files = privateFiles();
    expect(files.create(path, 'one')).toBe(true);
    expect(files.create(path, 'two')).toBe(false);
    expect(text(files.read(path)?.bytes)).toBe('one');
    files.replace(path, 'three');
    expect(readFileSync(path, 'utf8')).toBe('three');
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
    files.remove(path);
    expect(files.read(path)).toBeNull();
    files.remove(path);
  });

  it('are seen to be exposed', () => {
    const path = join(temporaryHome(), 'file');
    writeFileSync(path, 'x', { mode: 0o600 });
    expect(privateFiles().read(path)).toMatchObject({ exposed: false, mode: 0o600 });
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(path, mode);
      expect(privateFiles().read(path)).toMatchObject({ exposed: true, mode });
    }
  });

  it('say what the disk refuses', () => {
    const folder = join(temporaryHome(), 'folder');
    mkdirSync(folder);
    expect(() => privateFiles().read(folder)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: `${folder} cannot be read or written (EISDIR).` }),
    );
    expect(privateFiles().names(join(folder, 'absent'))).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'file', 'below'), join(folder, 'file', 'further', 'below')]) {
      expect(() => privateFiles().read(path)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: `${path} cannot be read or written (ENOTDIR).` }),
      );
    }
    expect(privateFiles().read(join(folder, 'absent', 'below'))).toBeNull();
  });

  it('have one maker among many processes', async () => {
    const home = temporaryHome();
    const script = `import { privateFiles } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/host/private-files.ts'))};
      process.stdout.write(String(privateFiles().create(${JSON.stringify(join(home, 'one'))}, process.argv[1].repeat(1000))));`;
    const runs = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, letter], {
        cwd: join(import.meta.dirname, '../../..'),
      }),
    );
    const made = (await Promise.all(runs)).map(({ stdout }) => stdout);
    expect(made.filter((answer) => answer === 'true')).toHaveLength(1);
    expect(made.filter((answer) => answer === 'false')).toHaveLength(5);
    expect(readFileSync(join(home, 'one'), 'utf8')).toMatch(/^(a{1000}|b{1000}|c{1000}|d{1000}|e{1000}|f{1000})$/);
  });
});
