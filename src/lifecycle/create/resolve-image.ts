import { Failure } from '../../domain/failure/failure.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { CloudReader } from '../../ports/network/cloud.ts';
import type { Image } from '../../ports/network/messages.ts';

/**
 * Finds an image by its slug, or by the item hash of its STORE message. `IMAGE_NOT_FOUND` where the network does not have it: an INSTANCE
 * with a mistyped image would stay pending for minutes.
 */
export const resolveImage = async (cloud: CloudReader, wanted: string): Promise<Image> => {
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
  const image = known ?? { slug: wanted, hash: wanted, minDiskMib: 0, pinned: false };
  if (!(await cloud.messages.imageExists(image.hash))) {
    throw new Failure('IMAGE_NOT_FOUND', `The image ${wanted} (${shortId(image.hash)}) is not on the network.`);
  }
  return image;
};
