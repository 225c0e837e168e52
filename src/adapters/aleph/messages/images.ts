import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { counted } from '../../../domain/text/counted.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import type { Image } from '../../../ports/network/messages.ts';
import { agreeing } from '../http/agreeing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { aggregateOf, aggregatePath, officialAggregates } from '../http/official-aggregates.ts';
import { printed } from '../http/printed.ts';
import { itemHash } from '../http/wire-values.ts';
import { pinnedImages } from './pinned-images.ts';

const entry = z.object({ hash: itemHash, min_disk_mib: z.int().positive().max(1_953_125).nullish(), deprecated: z.boolean().nullish() });
const shape = aggregateOf(officialAggregates.settings, z.object({ 'vm-images': z.object({ rootfs: z.record(z.string(), z.unknown()) }) }));
const slugs = /^[a-z][a-z0-9.-]{0,31}$/;

/**
 * Images on offer: the pinned ones always, and what the `vm-images` aggregate adds where two hosts give it alike: what a name stands
 * for, and the disk it needs, is no single host's word. A pinned name with another hash there is not taken over. Without the aggregate
 * the pinned ones remain.
 */
export const images = async (ccn: CcnHosts): Promise<Image[]> => {
  const listed = await readListed(ccn);
  const sameAs = (hash: string) => listed.find((image) => image.hash === hash);
  const pinned = pinnedImages.map((image) => ({ ...image, minDiskMib: sameAs(image.hash)?.minDiskMib ?? image.minDiskMib, pinned: true }));
  const taken = new Set<string>(pinnedImages.flatMap((image) => [image.slug, image.hash]));
  return [...pinned, ...listed.filter((image) => !taken.has(image.slug) && !taken.has(image.hash))];
};

const readListed = async (ccn: CcnHosts): Promise<Image[]> => {
  try {
    const path = aggregatePath(officialAggregates.settings, 'vm-images');
    const read = async (host: string, signal: AbortSignal): Promise<Image[] | null> => {
      const reading = await ccn.from(host, path, shape, { signal });
      return reading.kind === 'value' ? imagesIn(reading.value.data['vm-images'].rootfs) : null;
    };
    const says = (found: readonly Image[]): string => counted(found.length, 'image');
    const listed = await agreeing<Image[]>(ccn, { about: 'images', read, print: printed, says, enough: 'two' });
    return listed.kind === 'settled' ? listed.value : [];
  } catch (error) {
    if (error instanceof Failure && error.code !== 'INTERRUPTED') return [];
    throw error;
  }
};

const imagesIn = (rootfs: Readonly<Record<string, unknown>>): Image[] =>
  Object.entries(rootfs)
    .flatMap(([slug, value]) => {
      const image = entry.safeParse(value);
      if (!image.success || image.data.deprecated === true || !slugs.test(slug)) return [];
      return [{ slug, hash: image.data.hash, minDiskMib: image.data.min_disk_mib ?? 20480, pinned: false }];
    })
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));

const stored = z.object({ status: z.string(), message: z.object({ type: z.string() }).nullish() });

/** Is there a processed STORE message of this hash? A host that has not heard of it does not settle it; the next is asked. */
export const imageExists = async (ccn: CcnHosts, hash: string): Promise<boolean> => {
  let faults = 0;
  const found = await agreeing<{ isImage: boolean }>(ccn, {
    about: `image ${shortId(hash)}`,
    read: async (host, signal) => {
      const reading = await ccn.from(host, `/api/v0/messages/${encodeURIComponent(hash)}`, stored, { signal });
      if (reading.kind === 'value' && reading.value.status === 'processed') return { isImage: reading.value.message?.type === 'STORE' };
      if (reading.kind !== 'value' && !(reading.kind === 'status' && [400, 404, 410].includes(reading.status))) faults += 1;
      return null;
    },
    print: printed,
    says: ({ isImage }) => (isImage ? 'a file' : 'no file'),
    enough: 'the first',
  });
  if (found.kind === 'settled') return found.value.isImage;
  if (faults === ccn.hosts.length) throw new Failure('NETWORK_UNAVAILABLE', `No CCN host says whether image ${hash} exists.`);
  return false;
};
