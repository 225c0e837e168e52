import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { Failure } from '../../domain/failure/failure.ts';
import { jsonOf } from '../../domain/text/json-of.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import { anyContents, type Contents, contents, contentsFile, format, ledgerFile, mostContentsBytes, type Promised } from './contents.ts';
import { diskTrouble, unfit } from './unfit.ts';

interface Reading {
  /** Whoever runs this; null where a machine knows no users. */
  user: number | null;
  /** Where its ledger is written to: a new file. */
  ledgerTo: string;
  signal: AbortSignal;
}

export interface ReadBackup extends Contents {
  /** All but the ledger, by path. */
  small: Map<string, Uint8Array>;
}

/** Refuses what others could have read, or put there: it holds keys, and says who may spend. */
const checkPrivate = async (file: FileHandle, path: string, user: number | null): Promise<void> => {
  const found = await file.stat();
  if (!found.isFile()) throw new Failure('USAGE', `"${path}" is no file.`, { sideEffects: 'none', facts: { path } });
  if (user === null) return;
  if (found.uid !== user) throw unfit(path, 'it belongs to another user', 'Make it yours (chown) if nobody else can have changed it.');
  if ((found.mode & 0o077) === 0) return;
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  throw unfit(path, `other users can read or write it (mode ${mode})`, 'Close it (chmod 600) if nobody can have got at it.');
};

const readContents = (path: string, text: Uint8Array): Contents => {
  const json = jsonOf(new TextDecoder().decode(text));
  const any = anyContents.safeParse(json);
  if (!any.success) throw unfit(path, 'it is no backup of aleph-agent');
  if (any.data.format > format) {
    const why = `it has format ${any.data.format}, and this version knows ${format}`;
    throw unfit(path, why, `Use aleph-agent ${any.data.program} or newer, which wrote it.`);
  }
  const read = contents.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw unfit(path, `its ${contentsFile} is not what serve backup writes (${issue?.path.join('.')}: ${issue?.message})`);
};

type Entry = AsyncIterable<Uint8Array> & { header: { name: string; type?: string | null; size?: number | null } };

const wholeOf = async (entry: Entry): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
};

/** Reads an entry that was promised, hashing it on the way; the ledger goes into its file, what else there is comes back. */
const take = async (entry: Entry, ledgerTo: string | null): Promise<{ sha256: string; bytes: Uint8Array }> => {
  const hash = createHash('sha256');
  if (ledgerTo === null) {
    const bytes = await wholeOf(entry);
    return { sha256: hash.update(bytes).digest('hex'), bytes };
  }
  const file = await open(ledgerTo, 'wx', 0o600);
  try {
    for await (const chunk of entry) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes: new Uint8Array() };
};

const entriesOf = async (path: string, extract: AsyncIterable<Entry>, { ledgerTo, signal }: Reading): Promise<ReadBackup> => {
  const small: ReadBackup['small'] = new Map();
  const promised = new Map<string, Promised>();
  let known: Contents | null = null;
  for await (const entry of extract) {
    signal.throwIfAborted();
    const { name, type, size } = entry.header;
    const shown = cleanUntrustedLine(name).slice(0, 80);
    if (type !== 'file') throw unfit(path, `its entry "${shown}" is no plain file`);
    if (known === null) {
      if (name !== contentsFile || (size ?? 0) > mostContentsBytes) throw unfit(path, 'it is no backup of aleph-agent');
      known = readContents(path, await wholeOf(entry));
      for (const file of known.files) promised.set(file.path, file);
      continue;
    }
    const meant = promised.get(name);
    if (meant === undefined) throw unfit(path, `it has "${shown}", which its ${contentsFile} does not name, or names once`);
    promised.delete(name);
    if (meant.bytes !== size) throw unfit(path, `its "${shown}" has ${size} bytes, and was written with ${meant.bytes}`);
    const { sha256, bytes } = await take(entry, name === ledgerFile ? ledgerTo : null);
    if (sha256 !== meant.sha256) throw unfit(path, `its "${shown}" is not what was written: it is damaged`);
    if (name !== ledgerFile) small.set(name, bytes);
  }
  if (known === null) throw unfit(path, 'it is no backup of aleph-agent');
  const [missing] = promised.keys();
  if (missing !== undefined) throw unfit(path, `"${missing}" is missing: it was cut off`);
  return { ...known, small };
};

/** What tar-stream throws at bytes that are no archive has neither a class nor a code of its own. */
const isOfTheReader = (thrown: unknown): boolean => thrown instanceof Error && !(thrown instanceof Failure) && !('syscall' in thrown);

/**
 * Reads a backup and checks every byte of it. Only what its first entry promises is taken, each of that once, and that entry names nothing but files of
 * a home: no path leads anywhere else. It is not packed, so that it holds no more than its own size.
 */
export const readBackup = async (path: string, reading: Reading): Promise<ReadBackup> => {
  const file = await open(path, 'r').catch((thrown) => Promise.reject(diskTrouble(path, 'read', thrown)));
  const extract = tar.extract();
  let feeding: Promise<unknown> = Promise.resolve();
  try {
    await checkPrivate(file, path, reading.user);
    // what breaks the pipe breaks the reading below, and is told there
    feeding = pipeline(file.createReadStream({ autoClose: false }), extract).catch(() => undefined);
    return await entriesOf(path, extract as AsyncIterable<Entry>, reading);
  } catch (thrown) {
    throw isOfTheReader(thrown) ? unfit(path, 'it is damaged, or no backup', undefined, thrown) : diskTrouble(path, 'read', thrown);
  } finally {
    extract.destroy();
    await feeding;
    await file.close();
  }
};
