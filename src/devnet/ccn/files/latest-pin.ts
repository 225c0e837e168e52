import { isItemHash } from '../item-hash.ts';
import type { Content } from '../message.ts';
import type { CcnState, FilePin } from '../state.ts';

/** What later versions of a file are found by: the STORE message itself, the one it names, or a name of the owner's own. */
export const fileTag = (hash: string, content: Content): string => {
  const ref = content['ref'];
  if (typeof ref !== 'string') return hash;
  return isItemHash(ref) ? ref : `${content.address}/${ref}`;
};

/** The version that counts: the latest by its own time; of two of the same time the first. */
export const latestPin = (state: CcnState, tag: string): FilePin | undefined =>
  [...state.pins.values()]
    .filter((pin) => pin.tag === tag)
    .reduce<FilePin | undefined>((latest, pin) => (latest === undefined || pin.created > latest.created ? pin : latest), undefined);
