import type { ChangeContext } from '../../../src/ports/context.ts';
import type { Untrusted } from '../../../src/ports/host/surroundings.ts';

export const planted: Untrusted = { variable: 'NODE_EXTRA_CA_CERTS', why: '/tmp/ca.pem belongs to user 1000, not to root' };

interface Prepared {
  network?: string;
  /** What is not root's in the environment; null for nothing. */
  untrusted?: Untrusted | null;
  /** Is told each time from when on the program's own roots count alone. */
  onPin?: () => void;
}

/** The call as it is made on the public network, in an environment that somebody has prepared. Everything else stays the devnet's. */
export const inPreparedEnvironment = (
  context: ChangeContext,
  { network = 'mainnet', untrusted = planted, onPin }: Prepared = {},
): ChangeContext => ({
  ...context,
  network,
  keys: { ...context.keys, current: () => context.keys.current('devnet') },
  host: {
    ...context.host,
    surroundings: { untrusted: () => untrusted, extraRoots: () => ['NODE_EXTRA_CA_CERTS'], trustOwnRootsAlone: () => onPin?.() },
  },
});
