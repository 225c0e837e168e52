import { Wallet } from 'ethers';
import type { Signer } from '../../../src/ports/keys/keys.ts';
import type { Publication } from '../../../src/ports/network/messages.ts';
import { network, type TestContext } from '../test-context.ts';

/** Another key than the account's, of somebody whom the account may let act for it. */
export const delegate = new Wallet(`0x${'de1e9a7e'.padStart(64, '0')}`);

export const signerOf = (wallet: Wallet): Signer => ({
  address: wallet.address,
  network,
  signBytes: (bytes) => wallet.signMessage(bytes),
});

const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';

/** What becomes of an INSTANCE that this key sends on this channel at the account's cost. */
export const delegatedVm = async (
  { devnet, account, context }: TestContext,
  channel: string,
  wallet = delegate,
): Promise<Publication & { id: string }> => {
  const cloud = await context.cloud();
  const { spec, address } = devnet.crns[0]!;
  const order = {
    owner: account,
    label: 'delegated-box',
    spec: { vcpus: 1, memoryMib: 2048, diskMib: 20_480, computeUnits: 1, image: 'debian12', imageHash: image },
    node: { hash: spec.hash, untrustedName: spec.name, url: address },
    sshKeys: [await context.shell.publicKey(account)],
    expiresAt: devnet.clock.now() + 2 * 3600_000,
    at: devnet.clock.now(),
  };
  const made = await cloud.signing.create(order, signerOf(wallet));
  // the signature does not cover the channel (protocol-ccn.md §1.1)
  const { sync, message } = JSON.parse(made.bytes) as { sync: boolean; message: Record<string, unknown> };
  const bytes = JSON.stringify({ sync, message: { ...message, channel } });
  return { ...(await cloud.messages.publish({ ...made, bytes }, { timeoutMs: 60_000, reach: cloud.hosts })), id: made.id };
};
