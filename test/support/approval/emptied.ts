import type { TestContext } from '../test-context.ts';

/** The account sends somebody all that it has but `leave` credits. */
export const emptied = async (t: TestContext, leave: bigint): Promise<void> => {
  const cloud = await t.context.cloud();
  const { credits } = await t.run(cloud.accounts.balance(t.account));
  const signer = await t.context.keys.signer('agent', 'devnet');
  const message = await cloud.signing.transfer(
    { to: t.devnet.accounts[2]!.address, credits: credits - leave, expiresAt: null, at: t.devnet.clock.now() },
    signer,
  );
  await t.run(cloud.messages.publish(message, { timeoutMs: 60_000, reach: cloud.hosts }));
  await t.devnet.clock.advance(10_000);
};
