import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import type { PassphrasePurpose, Secrets } from '../../ports/keys/secrets.ts';
import { readAll } from './read-all.ts';

/** The credential of a system service that is its keys' passphrase (systemd's LoadCredential). */
const credential = 'aleph-agent-passphrase';

/** The file that holds the passphrase where no flag names one; null for none. */
export const passphraseFile = (env: Readonly<Record<string, string | undefined>>): string | null => {
  const named = env['ALEPH_AGENT_PASSPHRASE_FILE'];
  if (named) return named;
  const folder = env['CREDENTIALS_DIRECTORY'];
  const given = folder ? join(folder, credential) : null;
  return given !== null && existsSync(given) ? given : null;
};

/** A passphrase is a line, not a document. */
const passphraseLimit = 4096;

/** How often a person may type a passphrase before the call fails. */
const tries = 3;

/**
 * Secrets from the terminal (`ask` shows nothing of what is typed), from files, from file descriptors and from stdin. `ask` is null where nobody can be asked;
 * `source` stands in where a command names none (`ALEPH_AGENT_PASSPHRASE_FILE` holds a path, never the passphrase).
 */
export const openSecrets = (options: {
  stdin: AsyncIterable<Uint8Array> & { isTTY?: boolean };
  ask: ((question: string) => Promise<string>) | null;
  source: string | null;
  warn(code: string, message: string): void;
}): Secrets => {
  const readStdin: Secrets['readStdin'] = async (limit) => {
    if (options.stdin.isTTY) throw new Failure('USAGE', 'stdin is a terminal: a secret is piped in, so that it shows nowhere.');
    const bytes = await readAll(options.stdin, limit);
    if (bytes === null) throw new Failure('USAGE', `stdin is longer than ${limit} bytes, which no secret is.`);
    return bytes;
  };
  return {
    asksForPassphrases: options.source === null,
    readStdin,
    async passphrase(purpose, named) {
      const source = named ?? options.source;
      const passphrase = source === null ? await askFor(purpose, options.ask) : await readFrom(source, { ...options, readStdin });
      if (passphrase === '')
        throw new Failure('USAGE', `The passphrase of the key "${purpose.key}" is empty${source === null ? '' : ` (from ${source})`}.`);
      return passphrase;
    },
    async passphraseAgain(key, wrong) {
      const left = tries - wrong;
      if (options.ask === null || options.source !== null || left <= 0) return null;
      return options.ask(`That does not open the key "${key}". Passphrase (${left === 1 ? 'last try' : `${left} tries left`})`);
    },
  };
};

const askFor = async (purpose: PassphrasePurpose, ask: ((question: string) => Promise<string>) | null): Promise<string> => {
  if (ask === null) throw nobodyToAsk(purpose);
  if (purpose.use === 'unlock') return ask(`Passphrase of the key "${purpose.key}"`);
  for (let left = tries; left > 0; left--) {
    const differed = left < tries ? 'The two passphrases differ. ' : '';
    const first = await ask(`${differed}New passphrase for the key "${purpose.key}"`);
    if (first === (await ask('The same again'))) return first;
  }
  throw new Failure('USAGE', 'The two passphrases differ. No key was made.');
};

const nobodyToAsk = ({ use, key }: PassphrasePurpose): Failure => {
  const give = 'Give it with --passphrase-file FILE (or fd:3), or set ALEPH_AGENT_PASSPHRASE_FILE to such a file';
  if (use === 'unlock') {
    return new Failure('KEY_LOCKED', `The key "${key}" has a passphrase and there is no terminal to ask at.`, {
      fix: human(`${give}.`),
      facts: { key },
    });
  }
  return new Failure('INPUT_MISSING', `A passphrase for the new key "${key}" is missing and there is no terminal to ask at.`, {
    fix: agent(`${give}; or say --unencrypted for a hot key in a 0600 file.`),
    facts: { key },
  });
};

const readFrom = async (
  source: string,
  options: { readStdin: Secrets['readStdin']; warn(code: string, message: string): void },
): Promise<string> => {
  if (source === '-') return line(await options.readStdin(passphraseLimit));
  const descriptor = /^fd:(\d{1,4})$/.exec(source)?.[1];
  const bytes = readWhole(descriptor === undefined ? source : Number(descriptor), source);
  if (descriptor === undefined) await reportExposed(source, options.warn);
  if (bytes.length > passphraseLimit)
    throw new Failure('USAGE', `${source} is longer than ${passphraseLimit} bytes, which no passphrase is.`);
  return line(bytes);
};

const readWhole = (from: string | number, source: string): Uint8Array => {
  try {
    return readFileSync(from);
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new Failure('USAGE', `The passphrase cannot be read from ${source} (${reason}).`, { cause: thrown });
  }
};

/** Reported, not refused: container secrets are mounted readable to all on purpose. */
const reportExposed = async (path: string, warn: (code: string, message: string) => void): Promise<void> => {
  const { mode } = await stat(path);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  warn('PASSPHRASE_FILE_EXPOSED', `${path} can be read by other users of this machine (mode 0${(mode & 0o777).toString(8)}).`);
};

const line = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
