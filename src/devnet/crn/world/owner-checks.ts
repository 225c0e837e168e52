import type { Decimal } from 'decimal.js';
import type { Chain } from '../../world/chain.ts';
import type { DevnetClock } from '../../world/clock.ts';

/** What a node asks the network about a VM's owner, with the ages that aleph-vm lets the answers reach (protocol-crn.md 2.5, 3.5). */
export interface OwnerChecks {
  /** At most 30 s old. */
  credits(address: string): bigint;
  /** Credits per second, at most 300 s old; null when the network has no price for it. */
  price(hash: string): Decimal | null;
  /** May `sender` operate VMs of `owner`? The `security` aggregate is at most 120 s old; `chain` and `channels` of an entry are ignored. */
  mayOperate(sender: string, owner: string): boolean;
}

const aged = <T>(clock: DevnetClock, ms: number, read: (key: string) => T): ((key: string) => T) => {
  const kept = new Map<string, { value: T; at: number }>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined && clock.now() - known.at < ms) return known.value;
    const value = read(key);
    if (value !== null) kept.set(key, { value, at: clock.now() });
    return value;
  };
};

const delegates = (security: Record<string, unknown> | null): string[] => {
  const entries: unknown = security?.['authorizations'];
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: { address?: unknown; types?: unknown } | null) => {
    const types = Array.isArray(entry?.types) ? entry.types : [];
    const allowed = types.length === 0 || types.includes('INSTANCE');
    return allowed && typeof entry?.address === 'string' ? [entry.address.toLowerCase()] : [];
  });
};

/** Delegates came with 1.9; older nodes know the owner alone (protocol-crn.md 3.5). */
const knowsDelegates = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 9);
};

/** One per node: nodes do not share their caches. */
export const createOwnerChecks = (chain: Chain, clock: DevnetClock, version: string): OwnerChecks => {
  const security = aged(clock, 120_000, (owner) => delegates(chain.aggregate(owner, 'security')));
  return {
    credits: aged(clock, 30_000, (address) => chain.creditBalance(address)),
    price: aged(clock, 300_000, (hash) => chain.pricePerSecond(hash)),
    mayOperate: (sender, owner) =>
      sender.toLowerCase() === owner.toLowerCase() || (knowsDelegates(version) && security(owner).includes(sender.toLowerCase())),
  };
};
