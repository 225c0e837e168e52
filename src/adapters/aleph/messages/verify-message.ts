import { createHash } from 'node:crypto';
import * as z from 'zod';

/** The parts of a listed message that its signature covers (protocol-ccn.md §1.3). */
export const signedEnvelope = z.object({
  item_hash: z.string().regex(/^[0-9a-f]{64}$/),
  type: z.string().max(20),
  chain: z.string().max(20),
  sender: z.string().max(128),
  signature: z.string().max(1024),
  item_content: z.string(),
});

export type SignedEnvelope = z.output<typeof signedEnvelope>;

/** Tells of each message once: recovering a signer takes milliseconds, and hosts give the same messages again and again. */
export const verifier = (): ((message: SignedEnvelope) => Promise<boolean>) => {
  const known = new Map<string, Promise<boolean>>();
  return (message) => {
    const { item_hash, type, chain, sender, signature, item_content } = message;
    const name = JSON.stringify([item_hash, type, chain, sender, signature, item_content]);
    const found = known.get(name) ?? verifies(message);
    known.set(name, found);
    return found;
  };
};

/**
 * Did the sender sign exactly this content? A host can leave a message out, but it can make none up. False for a sender on a chain that is
 * not signed for as Ethereum's is.
 */
const verifies = async (message: SignedEnvelope): Promise<boolean> => {
  const { item_hash, type, chain, sender, signature, item_content } = message;
  if (createHash('sha256').update(item_content, 'utf8').digest('hex') !== item_hash) return false;
  const { utils } = await import('ethers');
  try {
    const lines = Buffer.from(`${chain}\n${sender}\n${type}\n${item_hash}`);
    return utils.verifyMessage(lines, signature).toLowerCase() === sender.toLowerCase();
  } catch {
    return false;
  }
};
