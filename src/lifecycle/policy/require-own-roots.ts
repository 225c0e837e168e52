import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Untrusted } from '../../ports/host/surroundings.ts';
import type { PolicyInForce } from './policy-in-force.ts';

/** The one network that nobody on this machine runs: who stands in between can make up its prices and its VMs. */
const publicNetwork = 'mainnet';

type Guarded = Pick<ReadContext, 'network' | 'rootPolicy'>;

/** Does somebody else than the agent decide here, by an approver or by the machine's own policy? */
export const isGuarded = ({ rootPolicy }: Pick<ReadContext, 'rootPolicy'>, { approver }: Pick<PolicyInForce, 'approver'>): boolean =>
  approver !== null || rootPolicy() !== null;

/** Tells whether spends trust the program's own root certificates alone: on the public network, where somebody else than the agent decides. */
export const trustsOwnRootsAlone = (context: Guarded, policy: Pick<PolicyInForce, 'approver'>): boolean =>
  context.network === publicNetwork && isGuarded(context, policy);

export const untrustedWords = ({ variable, why }: Untrusted): string => `${variable} is set in this environment, and ${why}.`;

/**
 * What may come to spend, because it goes on with an earlier call, calls it before it hears anything of the network: where somebody else than
 * the agent decides, no certificate of the environment counts from here on. Returns what forbids to spend in this environment; null for
 * nothing.
 */
export const pinOwnRoots = (context: Guarded & Pick<ReadContext, 'host'>, policy: Pick<PolicyInForce, 'approver'>): Untrusted | null => {
  if (!trustsOwnRootsAlone(context, policy)) return null;
  context.host.surroundings.trustOwnRootsAlone();
  return context.host.surroundings.untrusted();
};

/**
 * Whatever spends calls it before it hears anything of the network, and again where it sends: an environment that may have put code or
 * certificates into this process spends nothing where somebody else than the agent decides. `ENVIRONMENT_UNTRUSTED`.
 */
export const requireOwnRoots = (context: Guarded & Pick<ReadContext, 'host'>, policy: Pick<PolicyInForce, 'approver'>): void => {
  const untrusted = pinOwnRoots(context, policy);
  if (untrusted === null) return;
  throw new Failure('ENVIRONMENT_UNTRUSTED', `${untrustedWords(untrusted)} Nothing is spent.`, {
    fix: human(`Start it without ${untrusted.variable}, or have root own what it names and every folder above that.`),
    facts: { variable: untrusted.variable },
  });
};
