import { Failure } from '../../domain/failure/failure.ts';

/**
 * Which network a call is about: the flag, else `ALEPH_AGENT_NETWORK`, else `devnet` where `ALEPH_AGENT_DEVNET` points at one, else the
 * settings, else mainnet. `USAGE` where the two variables contradict each other: what spends money never guesses.
 */
export const networkName = ({
  flag,
  env,
  preferred = null,
}: {
  flag: string | null;
  env: Readonly<Record<string, string | undefined>>;
  preferred?: string | null;
}): string => {
  if (flag !== null) return flag;
  const named = env.ALEPH_AGENT_NETWORK || null;
  if (!env.ALEPH_AGENT_DEVNET) return named ?? preferred ?? 'mainnet';
  if (named === null || named === 'devnet') return 'devnet';
  throw new Failure(
    'USAGE',
    `ALEPH_AGENT_NETWORK says "${named}" and ALEPH_AGENT_DEVNET points at a devnet: unset one, or give --network.`,
  );
};
