import { Failure } from '../../domain/failure/failure.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { CloudReader } from '../../ports/network/cloud.ts';
import type { Image } from '../../ports/network/messages.ts';

/** Finds an image by its slug, or takes the item hash of a STORE message. `IMAGE_NOT_FOUND` for what is neither. */
export const findImage = async (cloud: CloudReader, wanted: string): Promise<Image> => {
  const images = await cloud.messages.images();
  const known = images.find(({ slug, hash }) => slug === wanted || hash === wanted);
  if (known === undefined && !/^[0-9a-f]{64}$/.test(wanted)) {
    throw new Failure(
      'IMAGE_NOT_FOUND',
      `There is no image "${wanted}": choose ${images.map(({ slug }) => slug).join(', ')}, or give an item hash.`,
      {
        facts: { images: images.map(({ slug }) => slug) },
      },
    );
  }
  return known ?? { slug: wanted, hash: wanted, minDiskMib: 0, pinned: false };
};

/** Refuses an image that the network does not have (`IMAGE_NOT_FOUND`): an INSTANCE with one would stay pending for minutes. */
export const requireImage = async (cloud: CloudReader, { slug, hash }: Image): Promise<void> => {
  if (await cloud.messages.imageExists(hash)) return;
  throw new Failure('IMAGE_NOT_FOUND', `The image ${slug} (${shortId(hash)}) is not on the network.`);
};
