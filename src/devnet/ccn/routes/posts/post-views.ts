import type { CcnNode } from '../../ccn-node.ts';
import { type MergedPost, refOf } from '../../posts/merged-posts.ts';
import { isoMicro, micro } from '../iso.ts';
import { confirmations } from '../message-views.ts';

export type PostView = (node: CcnNode, post: MergedPost) => object;

/** One of `/api/v1/posts.json`. */
export const postView: PostView = (_node, { original, latest, created, updated }) => ({
  item_hash: latest.envelope.item_hash,
  content: latest.content?.['content'] ?? null,
  original_item_hash: original.envelope.item_hash,
  original_type: original.content?.['type'],
  address: original.content?.address,
  ref: refOf(original),
  channel: original.envelope.channel,
  created: isoMicro(created, '+00:00'),
  last_updated: isoMicro(updated, '+00:00'),
});

/** One of `/api/v0/posts.json`: the envelope of what counts, beside that of the original. `sender` is the owner, as the server has it. */
export const postViewV0: PostView = (node, { original, latest }) => {
  const proof = confirmations(node, latest);
  const { chain, channel, signature, item_hash: hash } = original.envelope;
  return {
    chain,
    item_hash: latest.envelope.item_hash,
    sender: original.content?.address,
    type: latest.content?.['type'],
    channel,
    confirmed: proof.length > 0,
    content: latest.content?.['content'] ?? null,
    item_content: latest.envelope.item_content,
    item_type: latest.envelope.item_type,
    signature: latest.envelope.signature,
    size: latest.size,
    time: micro(latest.envelope.time),
    confirmations: proof,
    original_item_hash: hash,
    original_signature: signature,
    original_type: original.content?.['type'],
    hash,
    address: original.content?.address,
    ref: refOf(original),
  };
};
