import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What a kept file says of itself: of which text for which V8 it is, and which parts of it had been taken when it was made. */
interface Note {
  name: string;
  parts: readonly string[];
}

interface Kept extends Note {
  code: Buffer;
  /** When it was last written, or found to be all there is. */
  at: number;
}

export interface KeptScript {
  /** What the text evaluates to. */
  value: unknown;
  /** Keeps what V8 has compiled of it by now, where that is clearly more than is kept. Never throws. */
  keep(parts: readonly string[], longCall: boolean): void;
}

/** Texts below this compile faster than their compiled code is found. */
const leastText = 32_768;

/** Now and then a long call looks whether more was compiled than is kept; below this growth it writes nothing. */
const clearGrowth = 1.1;
const betweenLooksMs = 600_000;

/** As many files as three versions of the program on two of Node; the oldest of more go. */
const mostFiles = 60;

/**
 * Evaluates this text, from code that was compiled before where `folder` has it. Code from there is run, so a file counts only where nobody
 * else can have written it: a plain file of this user, with no other name, closed to others, in a folder that is the same. Anything else
 * is as if absent. The text opens with its digest, for V8 compares its length alone.
 */
export const evaluateKept = (filename: string, folder: string | null): KeptScript => {
  const text = readFileSync(filename, 'latin1');
  const place = folder === null || text.length < leastText ? null : { folder, name: nameOf(text) };
  const kept = place === null ? null : quietly(() => readKept(place.folder, place.name));
  const script = new Script(text, { filename, ...(kept === null ? {} : { cachedData: kept.code }) });
  const accepted = script.cachedDataRejected === false ? kept : null;
  return {
    value: script.runInThisContext(),
    keep(parts, longCall) {
      const isNews = accepted === null || parts.some((part) => !accepted.parts.includes(part));
      const isDue = longCall && Date.now() - (accepted?.at ?? 0) > betweenLooksMs;
      if (place === null || !(isNews || isDue)) return;
      const least = accepted === null ? 0 : accepted.code.length * (isNews ? 1 : clearGrowth);
      quietly(() => write(place.folder, place.name, { script, least, parts: [...new Set([...parts, ...(accepted?.parts ?? [])])] }));
    },
  };
};

/** The digest that opens the text, and what else V8's code hangs on. V8 itself refuses what other flags made. */
const nameOf = (text: string): string => `${text.slice(2, text.indexOf('*/'))}-${process.versions.v8}-${process.arch}`;

/** Ours and closed to others; false where a machine knows no owners. */
const isPrivate = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & 0o077) === 0;

const isPrivateFolder = (folder: string): boolean => {
  const found = lstatSync(folder);
  return found.isDirectory() && isPrivate(found);
};

/** The nearest folder above that is there is this user's: root leaves nothing in somebody else's home. */
const isBelowOurs = (folder: string): boolean => {
  const above = dirname(folder);
  return existsSync(above) || above === folder ? statSync(above).uid === process.getuid?.() : isBelowOurs(above);
};

const readKept = (folder: string, name: string): Kept | null => {
  if (!isPrivateFolder(folder)) return null;
  // a pipe under this name would hold up the open without O_NONBLOCK
  const file = openSync(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.nlink !== 1 || !isPrivate(found)) return null;
    const kept = unpack(readFileSync(file), name);
    return kept === null ? null : { ...kept, at: found.mtimeMs };
  } finally {
    closeSync(file);
  }
};

/**
 * The code, its note, the code's length; and all that once more: V8 runs damaged code without a look at it, and comparing two halves
 * takes a thirtieth of the time that a digest needs together with loading node:crypto.
 */
const pack = (code: Buffer, note: Note): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(code.length);
  const once = [code, Buffer.from(JSON.stringify(note)), length];
  return Buffer.concat([...once, ...once]);
};

/** null for what is damaged, or was made for another text or V8. */
const unpack = (bytes: Buffer, name: string): Omit<Kept, 'at'> | null => {
  const once = bytes.subarray(0, bytes.length / 2);
  if (once.length < 4 || !once.equals(bytes.subarray(once.length))) return null;
  const length = once.readUInt32LE(once.length - 4);
  const note = JSON.parse(once.toString('utf8', length, once.length - 4)) as Note;
  return note.name === name ? { ...note, code: once.subarray(0, length) } : null;
};

interface Order {
  script: Script;
  /** Less compiled code than this is not written. */
  least: number;
  parts: readonly string[];
}

/** Writes beside and renames, so that a process killed here leaves no half of a file and two at once take turns. */
const write = (folder: string, name: string, { script, least, parts }: Order): void => {
  if (!existsSync(folder) && isBelowOurs(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isPrivateFolder(folder)) return;
  const beside = join(folder, `${name}.${process.pid}.${process.hrtime.bigint()}.tmp`);
  // before anything is compiled, which would be in vain where nothing can be written
  const file = openSync(beside, 'wx', 0o600);
  try {
    const code = script.createCachedData();
    if (code.length < least) {
      utimesSync(join(folder, name), new Date(), new Date());
      return;
    }
    const bytes = pack(code, { name, parts });
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    renameSync(beside, join(folder, name));
    removeOldest(folder);
  } finally {
    closeSync(file);
    rmSync(beside, { force: true });
  }
};

const removeOldest = (folder: string): void => {
  const files = readdirSync(folder).map((name) => join(folder, name));
  if (files.length <= mostFiles) return;
  const dated = files.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => b.at - a.at);
  for (const { path } of dated.slice(mostFiles)) rmSync(path, { force: true });
};

/** A disk that refuses costs the next call time and nothing else. */
const quietly = <Result>(act: () => Result): Result | null => {
  try {
    return act();
  } catch {
    return null;
  }
};
