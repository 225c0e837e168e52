import * as z from 'zod';
import type { Cache } from '../../../ports/cache.ts';
import type { SchedulerWord } from '../../../ports/network/nodes.ts';
import { type Ask, kib, mib } from '../http/http.ts';
import { readJson } from '../http/read-json.ts';
import { itemHash } from '../http/wire-values.ts';

const amount = z.number().nonnegative().nullish().catch(null);
const row = z.object({
  node_hash: itemHash,
  status: z.string().max(20),
  supports_ipv6: z.boolean().nullish().catch(null),
  vcpus_available: amount,
  memory_available_mb: amount,
  disk_available_mb: amount,
});
const page = z.object({ items: z.array(z.unknown()), pagination: z.object({ total_pages: z.int().nonnegative() }).nullish().catch(null) });
/** Older ones give all rows at once. */
const rows = z.union([page, z.array(z.unknown()).transform((items) => ({ items, pagination: null }))]);

const largestPage = 200;
const mostPages = 50;
/** Its word only makes the choice better: nobody waits long for it. */
const timeoutMs = 2_500;
const keptMs = 60_000;

const wordOf = (value: unknown): SchedulerWord | null => {
  const found = row.safeParse(value).data;
  if (found === undefined) return null;
  const whole = (figure: number | null | undefined) => (figure == null ? null : Math.floor(figure));
  const status = found.status.toLowerCase();
  return {
    hash: found.node_hash,
    healthy: status !== 'unreachable' && status !== 'removed',
    ipv6: found.supports_ipv6 ?? null,
    vcpusFree: whole(found.vcpus_available),
    memoryFreeMib: whole(found.memory_available_mb),
    diskFreeMib: whole(found.disk_available_mb),
  };
};

/** What the scheduler thinks of a node (protocol-crn.md §4.3); null when it does not know it or does not answer. */
export const schedulerNode = async (ask: Ask, base: string, hash: string, limitMs: number): Promise<SchedulerWord | null> => {
  const reading = readJson(await ask(`${base}/api/v1/nodes/${hash}`, { timeoutMs: limitMs, limitBytes: 64 * kib }), row);
  const word = reading.kind === 'value' ? wordOf(reading.value) : null;
  return word?.hash === hash ? word : null;
};

const kept = z.array(
  z.object({
    hash: z.string(),
    healthy: z.boolean(),
    ipv6: z.boolean().nullable(),
    vcpusFree: z.number().nullable(),
    memoryFreeMib: z.number().nullable(),
    diskFreeMib: z.number().nullable(),
  }),
);

/** All of them: one page, then the others at once. Kept for a minute; null unless every page was answered. */
export const schedulerNodes = async (ask: Ask, base: string, cache: Cache): Promise<SchedulerWord[] | null> => {
  const key = `scheduler nodes ${base}`;
  const known = kept.safeParse(cache.read(key, keptMs)?.value).data;
  if (known !== undefined) return known;
  const read = async (number: number) => {
    const url = `${base}/api/v1/nodes?page=${number}&page_size=${largestPage}`;
    const reading = readJson(await ask(url, { timeoutMs, connectMs: timeoutMs, limitBytes: 4 * mib }), rows);
    return reading.kind === 'value' ? reading.value : null;
  };
  const first = await read(1);
  if (first === null) return null;
  const more = Math.min(mostPages, first.pagination?.total_pages ?? 1) - 1;
  const others = await Promise.all(Array.from({ length: Math.max(0, more) }, (_, index) => read(index + 2)));
  const answered = others.filter((other) => other !== null);
  if (answered.length < others.length) return null;
  const words = [first, ...answered].flatMap(({ items }) => items.map(wordOf)).filter((word) => word !== null);
  cache.write(key, words);
  return words;
};
