import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { Failure } from '../../domain/failure/failure.ts';

export interface Entry {
  kind: 'file' | 'folder' | 'link' | 'special';
  /** As the archive has it: not trusted. */
  path: string;
  mode: number;
  size: number;
}

const blockBytes = 512;
const mostEntries = 200_000;

const kinds: Readonly<Record<string, Entry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  link: 'link',
  symlink: 'link',
};

const broken = (what: string, cause?: unknown): Failure =>
  new Failure('COPY_FAILED', `What the VM sent is no tar archive that can be read: ${what}.`, { facts: { reason: 'archive' }, cause });

/**
 * Reads an archive entry by entry. `visit` reads the contents of a file. True when the archive came to its end, false when it was
 * cut off. Records of names are read up to the 4 MiB that tar-stream allows, one at a time.
 */
export const eachEntry = async (
  bytes: AsyncIterable<Uint8Array>,
  visit: (entry: Entry, contents: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<boolean> => {
  const extract = tar.extract({ allowUnknownFormat: true });
  let fed = 0;
  let ended = false;
  let problem: unknown = null;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) {
        fed += chunk.length;
        yield chunk;
      }
      ended = true;
    } catch (thrown) {
      problem = thrown;
      throw thrown;
    }
  };
  // what breaks the pipe breaks the reading below, and is told there
  const feeding = pipeline(counted(), extract).catch(() => undefined);
  let count = 0;
  let end = 0;
  try {
    for await (const contents of extract) {
      const { header, offset } = contents as typeof contents & { offset: number };
      const kind = kinds[header.type ?? ''] ?? 'special';
      const size = header.size ?? Number.NaN;
      if (!Number.isSafeInteger(size) || size < 0) throw broken('a size is none');
      count += 1;
      if (count > mostEntries) throw broken(`it has more than ${mostEntries} entries`);
      end = offset + blockBytes * (1 + Math.ceil(size / blockBytes));
      await visit({ kind, path: header.name, mode: header.mode ?? 0, size: kind === 'file' ? size : 0 }, contents);
      contents.resume();
    }
  } catch (thrown) {
    if (!isOfTheReader(thrown)) throw thrown;
    if (problem !== null) throw problem;
    if (ended && (fed < end || fed % blockBytes > 0)) return false;
    throw broken('a header is damaged', thrown);
  } finally {
    extract.destroy();
    await feeding;
  }
  // an empty block says that the archive is over
  return fed >= end + blockBytes;
};

/** Neither a refusal of ours nor an error of the file system: what tar-stream throws has no class of its own. */
const isOfTheReader = (thrown: unknown): boolean => thrown instanceof Error && !(thrown instanceof Failure) && !('syscall' in thrown);
