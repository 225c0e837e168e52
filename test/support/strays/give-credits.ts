import { Wallet } from 'ethers';
import type { TestContext } from '../test-context.ts';
import { signerOf } from './delegate.ts';

interface Gift {
  credits: bigint;
  /** Ms; null for credits that never expire. */
  expiresAt: number | null;
}

/** Lets another account of the devnet send credits to the account of the test; the sender's address. */
export const giveCredits = async ({ devnet, account, context, run }: TestContext, { credits, expiresAt }: Gift): Promise<string> => {
  const cloud = await context.cloud();
  const giver = new Wallet(devnet.accounts[1]!.privateKey);
  const given = await cloud.signing.transfer({ to: account, credits, expiresAt, at: devnet.clock.now() }, signerOf(giver));
  await run(cloud.messages.publish(given, { timeoutMs: 60_000, reach: cloud.hosts }));
  await devnet.clock.advance(10_000);
  return giver.address;
};
