import * as z from 'zod';
import type { SignedTransfer } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { parsed } from '../http/read-json.ts';
import { wireCredits } from '../http/wire-values.ts';
import { creditChannel } from './transfer-content.ts';
import { type SignedEnvelope, signedEnvelope } from './verify-message.ts';

const shape = z.object({ message: signedEnvelope.extend({ type: z.literal('POST'), channel: z.string().nullish() }) });
const content = z.object({
  address: z.string(),
  type: z.literal('aleph_credit_transfer'),
  content: z.object({ transfer: z.object({ credits: z.array(z.object({ address: z.string(), amount: wireCredits })) }) }),
});

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
    const { message } = reading.value;
    const read = parsed(message.item_content, content)?.value;
    if (message.item_hash !== id || message.channel !== creditChannel || read === undefined || !(await verifies(message))) continue;
    const to = read.content.transfer.credits.map(({ address, amount }) => ({ address, credits: amount }));
    return { sender: message.sender, from: read.address, to };
  }
  return null;
};
