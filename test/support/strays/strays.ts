import { createHash } from 'node:crypto';
import type { ChangeContext } from '../../../src/ports/context.ts';
import type { Signer } from '../../../src/ports/keys/keys.ts';
import type { SignedMessage } from '../../../src/ports/network/messages.ts';
import type { TestContext } from '../test-context.ts';
import { vmOrder } from './vm-order.ts';

interface Stray {
  /** It carries our marker and an expiry, as another machine of ours makes them. */
  marked: boolean;
  node?: number;
  expiresAt?: number;
}

/** A VM that this account makes and no ledger of ours hears of. Without the marker it is as another client makes it. */
export const strayVm = async (
  { devnet, account, context }: Pick<TestContext, 'devnet' | 'account'> & { context: ChangeContext },
  { marked, node = 0, expiresAt = devnet.clock.now() + 2 * 3600_000 }: Stray,
): Promise<string> => {
  const cloud = await context.cloud();
  const signer = await context.keys.signer('agent', context.network);
  const order = await vmOrder({ devnet, account, context }, { label: 'somebodys-box', node, expiresAt });
  const message = marked ? await cloud.signing.create(order, signer) : await unmarked(await cloud.signing.create(order, signer), signer);
  await cloud.messages.publish(message, { timeoutMs: 60_000 });
  // Both hosts know it, and it is up.
  await devnet.clock.wait(180_000);
  return message.id;
};

/** The same without our marker and expiry, hashed and signed anew. */
const unmarked = async (made: SignedMessage, signer: Signer): Promise<SignedMessage> => {
  const { sync, message } = JSON.parse(made.bytes) as { sync: boolean; message: Record<string, unknown> };
  const content = { ...(JSON.parse(String(message['item_content'])) as object), metadata: { name: 'somebodys-box' } };
  const text = JSON.stringify(content);
  const id = createHash('sha256').update(text, 'utf8').digest('hex');
  const signature = await signer.signBytes(Buffer.from(`ETH\n${signer.address}\nINSTANCE\n${id}`));
  return { ...made, id, bytes: JSON.stringify({ sync, message: { ...message, item_content: text, item_hash: id, signature } }) };
};
