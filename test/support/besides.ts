import { openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { keystoreAt } from './keystore-at.ts';
import { temporaryHome } from './temporary-home.ts';
import { type ContextOptions, network, type TestContext, testContext, type World } from './test-context.ts';
import { writeKey } from './write-key.ts';

/** Another account of the same devnet, with a home and a ledger of its own. */
export const worldBesides = async (t: World, privateKey: string): Promise<World> => {
  const home = temporaryHome();
  const { address } = await writeKey(home, privateKey);
  const { keys, settings, folders } = keystoreAt(home);
  const ledger = openMemoryLedger({ now: t.devnet.clock.now, network });
  return { ...t, account: address, ledger, keysOf: () => keys, settings, folders };
};

/** A call of another account, whose key is the devnet's second unless another is given. */
export const besides = async (t: World, options: ContextOptions = {}): Promise<TestContext> =>
  testContext({ ...options, world: options.world ?? (await worldBesides(t, t.devnet.accounts[1]!.privateKey)) });
