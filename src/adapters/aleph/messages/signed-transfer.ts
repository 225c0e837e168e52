import * as z from 'zod';
import { readTransfer } from '../../../domain/approval/signed-transfer.ts';
import type { SignedTransfer } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { creditChannel } from './transfer-content.ts';
import { type SignedEnvelope, signedEnvelope } from './verify-message.ts';

const shape = z.object({ message: signedEnvelope.extend({ type: z.literal('POST'), channel: z.string().nullish() }) });

/**
 * A transfer as its sender signed it, from the first host that has one whose hash and signature verify; null where none has, or where it
 * moved nothing because of its channel.
 */
export const signedTransfer = async (
  { ccn, verifies }: { ccn: CcnHosts; verifies: (message: SignedEnvelope) => Promise<boolean> },
  id: string,
): Promise<SignedTransfer | null> => {
  for (const host of ccn.inOrder()) {
    const reading = await ccn.from(host, `/api/v0/messages/${encodeURIComponent(id)}`, shape);
    if (reading.kind !== 'value') continue;
    const { item_hash, chain, sender, channel, item_content: content, signature } = reading.value.message;
    const words = readTransfer(content);
    if (item_hash !== id || channel !== creditChannel || words === null || !(await verifies(reading.value.message))) continue;
    return { ...words, post: { id, chain, sender, content, signature } };
  }
  return null;
};
