import { Failure } from '../../domain/failure/failure.ts';
import { failureCodes } from '../../domain/failure/failure-codes.ts';
import { human } from '../../domain/suggest/fix.ts';

/** What a call found of the network. */
export interface Unheard {
  network: string;
  /** Hosts that were asked; none of them answered. */
  hosts: readonly string[];
  /** By which the environment has them asked; null: by none. */
  proxy: string | null;
}

/** So many are named; what is behind them is the same. */
const named = 3;

/**
 * A failure in the words of the one thing that is behind it, where no host of the network answered at all: that this machine reaches
 * nobody. A failure that has changed something says so itself, and stays.
 */
export const offlineTold = (thrown: unknown, unheard: Unheard | null): unknown => {
  if (unheard === null || !(thrown instanceof Failure)) return thrown;
  const { code, details } = thrown;
  const isOfNetwork =
    failureCodes[code].exit === failureCodes.NETWORK_UNAVAILABLE.exit && /^(NETWORK|BALANCE|CLOCK|PRICE|GRANTS|JOURNAL|NODE)_/.test(code);
  if (!isOfNetwork || details.sideEffects === 'partial' || details.sideEffects === 'unknown') return thrown;
  const { network, hosts, proxy } = unheard;
  const shown = [...hosts.slice(0, named), ...(hosts.length > named ? [`${hosts.length - named} more`] : [])].join(', ');
  const by = proxy === null ? '' : ` through the proxy ${proxy}`;
  return new Failure(code, `No host of ${network} can be reached${by}: ${shown}. This machine seems to be offline. Nothing was spent.`, {
    ...details,
    sideEffects: 'none',
    fix: human(`Check the connection${proxy === null ? '' : ' and HTTPS_PROXY'}, then repeat the command.`),
    cause: thrown,
  });
};
