import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { shellWord } from '../../domain/text/shell-word.ts';
import type { Step } from './service-machine.ts';

const codeOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? '';

const refused = (path: string, thrown: unknown): Failure =>
  new Failure('NO_SERVICE', `${path} cannot be read or written (${codeOf(thrown)}).`, {
    sideEffects: 'unknown',
    facts: { file: path },
    cause: thrown,
  });

/** The text of a unit; null where there is none. */
export const readUnit = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw refused(path, thrown);
  }
};

/** Everybody may read it, as the units of a system are: it holds no secret. It is there whole, or not at all. */
const writeUnit = (path: string, text: string): void => {
  const beside = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(beside, 'w', 0o644);
    writeFileSync(file, text);
    fsyncSync(file);
    closeSync(file);
    chmodSync(beside, 0o644);
    renameSync(beside, path);
  } catch (thrown) {
    throw refused(path, thrown);
  }
};

export const writeStep = (path: string, text: string): Step => ({
  does: `Write ${path}`,
  text,
  take: async () => writeUnit(path, text),
});

export const removeStep = (path: string): Step => ({
  does: 'Take the unit away',
  text: `rm ${shellWord(path)}`,
  async take() {
    try {
      rmSync(path, { force: true });
    } catch (thrown) {
      throw refused(path, thrown);
    }
  },
});
