import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import type { Cache } from '../../ports/cache.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

const stored = z.object({ key: z.string(), at: z.number(), value: z.unknown() });

/**
 * One JSON file per key, named by its hash. What is damaged, too old, or from the future (a clock that was turned) counts as absent.
 * A disk that refuses costs the next process a network call and nothing else, so writing never fails.
 */
export const fileCache = ({ folder, files, clock }: { folder: string; files: PrivateFiles; clock: Pick<Clock, 'now'> }): Cache => {
  const pathOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  return {
    read(key, maxAgeMs) {
      const entry = quietly(() => stored.safeParse(JSON.parse(new TextDecoder().decode(files.read(pathOf(key))?.bytes))));
      if (!entry?.success || entry.data.key !== key) return null;
      const { at, value } = entry.data;
      const age = clock.now() - at;
      return age < 0 || age > maxAgeMs ? null : { at, value };
    },
    write(key, value) {
      quietly(() => files.replace(pathOf(key), JSON.stringify({ key, at: clock.now(), value })));
    },
  };
};

const quietly = <Result>(act: () => Result): Result | null => {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof Failure || thrown instanceof SyntaxError) return null;
    throw thrown;
  }
};
