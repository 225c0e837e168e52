import { addAggregateElement } from './aggregates.ts';
import { images, vmImages } from './images.ts';
import { sha256Hex } from './item-hash.ts';
import type { Content } from './message.ts';
import { defaultPricing, defaultSettings, OFFICIAL_OWNER } from './pricing/default-aggregates.ts';
import type { CcnState } from './state.ts';

export interface OfficialAggregate {
  address: string;
  key: string;
  content: Record<string, unknown>;
}

/**
 * Writes an aggregate without a message behind it: the devnet does not hold the owner's key. `now` in ms; a second write of the same
 * instant counts as later.
 */
export const putAggregate = (state: CcnState, { address, key, content }: OfficialAggregate, now: number): void => {
  const last = state.aggregates.get(address)?.get(key)?.at(-1)?.time ?? 0;
  const hash = sha256Hex(`${address} ${key} ${now} ${JSON.stringify(content)}`);
  addAggregateElement(state, address, key, { hash, time: Math.max(now / 1000, last + 1e-6), content });
};

/** What is there before anybody posts: prices, settings, images and their STORE messages (protocol-ccn §10.18). */
export const putOfficialState = (state: CcnState, more: readonly OfficialAggregate[], now: number): void => {
  const own = { pricing: defaultPricing, settings: defaultSettings, 'vm-images': vmImages };
  for (const [key, content] of Object.entries(own)) putAggregate(state, { address: OFFICIAL_OWNER, key, content }, now);
  for (const aggregate of more) putAggregate(state, aggregate, now);
  for (const image of images) {
    const time = now / 1000;
    const content: Content = { address: OFFICIAL_OWNER, time, item_type: 'ipfs', item_hash: image.fileHash };
    state.files.set(image.fileHash, image.bytes);
    state.pins.set(image.hash, { fileHash: image.fileHash, owner: OFFICIAL_OWNER, tag: image.hash, created: time });
    state.messages.set(image.hash, {
      // Its content came from storage, so the hash is not that of an inline text.
      envelope: {
        sender: OFFICIAL_OWNER,
        chain: 'ETH',
        signature: `0x${'00'.repeat(65)}`,
        type: 'STORE',
        item_type: 'storage',
        item_content: null,
        item_hash: image.hash,
        time,
        channel: 'ALEPH-CLOUDSOLUTIONS',
      },
      content,
      filled: { ...content, size: null, content_type: null, ref: null, tags: null, metadata: { name: image.displayName }, payment: null },
      status: 'processed',
      receivedAt: now,
      processedAt: now,
      attempts: 1,
      error: null,
      forgottenBy: [],
      reason: null,
      endedAt: null,
      size: null,
    });
  }
};
