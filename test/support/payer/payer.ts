import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { strangerOf } from '../devnet/devnet-moves.ts';
import { type ContextOptions, openWorld, type TestContext, testContext, type World } from '../test-context.ts';
import { grantedOn } from './grant-by-client.ts';

/** The account that pays in these tests: the devnet's second, which has credits. */
export const payerIn = ({ devnet }: Pick<World, 'devnet'>): string => strangerOf(devnet).address;

/** The payer's whole list of grants from now on, by its own hand, on all hosts. */
export const grantsOf = async (t: TestContext, authorizations: readonly unknown[]): Promise<void> => {
  const cloud = await t.context.cloud();
  const message = await cloud.signing.security({ authorizations, at: t.devnet.clock.now() }, strangerOf(t.devnet));
  const { status } = await t.run(cloud.messages.publish(message, { timeoutMs: 60_000, reach: cloud.hosts }));
  if (status !== 'processed') throw new Error(`the grants are ${status}`);
  await t.devnet.clock.advance(2_000);
};

/** The narrow grant for this account. */
export const letRent = (t: TestContext, account = t.account): Promise<void> => grantsOf(t, [narrowEntry(account, grantedOn)]);

export const takeBack = (t: TestContext): Promise<void> => grantsOf(t, []);

/** Calls of the account's key at the payer's cost, over a world of its own or a given one. */
export const delegatedContext = async (options: Omit<ContextOptions, 'payer'> = {}): Promise<TestContext & { payer: string }> => {
  const world = options.world ?? (await openWorld(options.devnet));
  const payer = payerIn(world);
  return { ...(await testContext({ ...options, world, payer })), payer };
};
