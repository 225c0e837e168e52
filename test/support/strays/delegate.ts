import { Wallet } from 'ethers';
import type { Signer } from '../../../src/ports/keys/keys.ts';
import type { Publication } from '../../../src/ports/network/messages.ts';
import { network, type TestContext } from '../test-context.ts';
import { vmOrder } from './vm-order.ts';

/** Another key than the account's, of somebody whom the account may let act for it. */
export const delegate = new Wallet(`0x${'de1e9a7e'.padStart(64, '0')}`);

export const signerOf = (wallet: Wallet): Signer => ({
  address: wallet.address,
  network,
  signBytes: (bytes) => wallet.signMessage(bytes),
});

/** What becomes of an INSTANCE that this key sends on this channel at the account's cost. */
export const delegatedVm = async (world: TestContext, channel: string, wallet = delegate): Promise<Publication & { id: string }> => {
  const cloud = await world.context.cloud();
  const order = await vmOrder(world, { label: 'delegated-box' });
  const made = await cloud.signing.create(order, signerOf(wallet));
  // the signature does not cover the channel (protocol-ccn.md §1.1)
  const { sync, message } = JSON.parse(made.bytes) as { sync: boolean; message: Record<string, unknown> };
  const bytes = JSON.stringify({ sync, message: { ...message, channel } });
  return { ...(await cloud.messages.publish({ ...made, bytes }, { timeoutMs: 60_000, reach: cloud.hosts })), id: made.id };
};
