import { Failure } from '../../domain/failure/failure.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { KeyEntry } from '../../ports/keys/keys.ts';

/** The keys that a safe signs with: those of its agents' accounts, and the one in use on the network. */
const keysServed = async (context: ChangeContext): Promise<KeyEntry[]> => {
  const ledger = await context.ledger();
  const agents = ledger.agents({}).filter(({ revokedAt }) => revokedAt === null);
  const isServed = ({ network, address }: KeyEntry): boolean =>
    agents.some((agent) => agent.network === network && agent.account === address);
  const inUse = nameInUse(context);
  return context.keys.list().filter((key) => key.role === 'account' && (isServed(key) || key.name === inUse));
};

/** null where there is no key yet. */
const nameInUse = ({ keys, network }: ChangeContext): string | null => {
  try {
    return keys.current(network).name;
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
};

/**
 * Opens the keys of a safe before it is served: whoever starts it is asked for each passphrase, or a file has it. A key that nobody opens is told of,
 * and the safe is served all the same: what needs no signature goes on, ends by FORGETs that are signed already among it.
 */
export const unlockServed = async (context: ChangeContext): Promise<void> => {
  for (const { name, network } of await keysServed(context)) {
    await context.keys.signer(name, network).catch((thrown: unknown) => {
      if (!(thrown instanceof Failure) || thrown.code === 'INTERRUPTED') throw thrown;
      context.warn(thrown.code, `${thrown.message} What needs its signature is refused until the safe is started with it.`);
    });
  }
};
