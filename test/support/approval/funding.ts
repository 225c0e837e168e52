import type { Wallet } from 'ethers';
import { quoteOf, quotesOf } from '../../../src/lifecycle/funding/read-requests.ts';
import { signerOf } from '../strays/delegate.ts';
import type { TestContext } from '../test-context.ts';
import { funderOf } from './with-funder.ts';

/** What answers the request, as its row of the trail has it. */
export const quoted = (t: TestContext, id: string) => {
  const found = quoteOf(quotesOf(t.ledger, 'devnet', 0), { id });
  if (found === null) throw new Error(`${id} quotes nothing`);
  return { to: found.quote.to, credits: BigInt(found.quote.credits) };
};

interface Sent {
  to: string;
  credits: bigint;
  expiresAt?: number;
  /** `content.time`, ms; now when absent. */
  at?: number;
  by?: Wallet;
  channel?: string;
}

/** A transfer by a wallet that is not ours, in the histories of both hosts a little later. Its item hash. */
export const sends = async (t: TestContext, { to, credits, expiresAt, at, by = funderOf(t), channel }: Sent): Promise<string> => {
  await t.devnet.clock.advance(1_000);
  const cloud = await t.context.cloud();
  const order = { to, credits, expiresAt: expiresAt ?? null, at: at ?? t.devnet.clock.now() };
  const made = await cloud.signing.transfer(order, signerOf(by));
  const { sync, message } = JSON.parse(made.bytes) as { sync: boolean; message: Record<string, unknown> };
  // the signature does not cover the channel (protocol-ccn.md §1.1)
  const bytes = channel === undefined ? made.bytes : JSON.stringify({ sync, message: { ...message, channel } });
  const { status } = await t.run(cloud.messages.publish({ ...made, bytes }, { timeoutMs: 60_000, reach: cloud.hosts }));
  if (status !== 'processed') throw new Error(`the transfer is ${status}`);
  await t.devnet.clock.advance(10_000);
  return made.id;
};
