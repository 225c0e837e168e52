import { createHash } from 'node:crypto';
import { Failure } from '../../../domain/failure/failure.ts';
import type { Signer } from '../../../ports/keys/keys.ts';
import type { SignedMessage } from '../../../ports/network/messages.ts';

/** The SDK uploads content of this size to a fixed host instead of leaving it inline; ours never comes near (protocol-ccn.md §9.2). */
const inlineBytes = 50_000;
const ourChannel = 'ALEPH-AGENT';

interface SignableContent {
  address: string;
  time: number;
}

/** `WRONG_NETWORK` unless the key is this network's: a signature names no network (product.md §1 rule 8). */
export const assertNetwork = (signer: Signer, network: string): void => {
  if (signer.network === network) return;
  const facts = { keyNetwork: signer.network, network };
  throw new Failure('WRONG_NETWORK', `Key ${signer.address} belongs to ${signer.network} and signs nothing for ${network}.`, { facts });
};

/** The SDK and ethers, half a second of loading: reads never need them, and who is about to sign asks for them early. */
export const loadSdk = () =>
  Promise.all([import('@aleph-sdk/message'), import('@aleph-sdk/ethereum'), import('@aleph-sdk/evm'), import('ethers')]);

/** The same in pieces, between which answers that have come are read. */
export const loadSdkInPieces = async (): Promise<void> => {
  for (const load of [
    () => import('ethers'),
    () => import('@aleph-sdk/evm'),
    () => import('@aleph-sdk/message'),
    () => import('@aleph-sdk/ethereum'),
  ]) {
    await new Promise((resolve) => setImmediate(resolve));
    await load();
  }
};

/**
 * Builds, hashes and signs with the SDK's building blocks, then checks what came out with nothing but node:crypto and ethers:
 * hash of the exact text, the four signed lines, the recovered address. Sends nothing.
 */
export const signMessage = async (
  kind: SignedMessage['kind'],
  content: SignableContent,
  signer: Signer,
  channel = ourChannel,
): Promise<SignedMessage> => {
  const text = JSON.stringify(content);
  if (Buffer.byteLength(text) >= inlineBytes) {
    throw new Failure('USAGE', `The ${kind} message has ${Buffer.byteLength(text)} bytes; less than ${inlineBytes} are sent.`);
  }
  const [
    { buildMessage, prepareAlephMessage, ItemType, MessageType, SignedMessage: Signed },
    { ETHAccount },
    { ExternalSignerWallet },
    { utils },
  ] = await loadSdk();
  for (const address of [content.address, signer.address]) {
    // The network keeps accounts by the exact string: another case is another account (protocol-ccn.md §12.10).
    if (utils.getAddress(address.toLowerCase()) !== address)
      throw new Failure('USAGE', `${address} is not written with its checksum (EIP-55).`);
  }

  const sign = (data: Buffer | string): Promise<string> => signer.signBytes(Buffer.from(data));
  // The wallet only signs; it has no chain to talk to. ETHAccount's types are older than ExternalSignerWallet, its code is not.
  const wallet = new ExternalSignerWallet(signer.address, undefined as never, sign);
  const account = new ETHAccount(wallet as never, signer.address);
  const type = MessageType[({ INSTANCE: 'instance', FORGET: 'forget', AGGREGATE: 'aggregate', POST: 'post' } as const)[kind]];
  const config = { account, channel, timestamp: content.time, storageEngine: ItemType.inline, content: content as never };
  const hashed = await prepareAlephMessage({ message: buildMessage(config, type), apiServer: 'http://127.0.0.1:1' });
  const signature = await account.sign(hashed);
  const message = new Signed({ ...hashed, signature }).getBroadcastable();

  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  const lines = Buffer.from(`ETH\n${signer.address}\n${kind}\n${hash}`);
  const sound =
    message.item_content === text &&
    message.item_hash === hash &&
    message.item_type === 'inline' &&
    message.chain === 'ETH' &&
    message.sender === signer.address &&
    message.type === kind &&
    message.time === content.time &&
    message.channel === channel &&
    /^0x[0-9a-f]{128}(1b|1c)$/.test(signature) &&
    lines.equals(hashed.getVerificationBuffer()) &&
    utils.verifyMessage(lines, signature) === signer.address;
  if (!sound) throw new Failure('INTERNAL', `The ${kind} message that was built does not verify; it is not sent.`);
  return { id: hash, kind, bytes: JSON.stringify({ sync: true, message }), signedAt: Math.round(content.time * 1000) };
};
