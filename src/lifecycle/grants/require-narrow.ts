import { Failure } from '../../domain/failure/failure.ts';
import { type GrantEntry, isFor } from '../../domain/grants/grant-entry.ts';
import { isWide, powersInWords, powersOf } from '../../domain/grants/grant-powers.ts';
import { human } from '../../domain/suggest/fix.ts';

/** A narrow grant protects nothing while another key of the same agent, or anybody else, may do everything. */
export const requireNarrow = (
  entries: readonly GrantEntry[],
  { address, keepWide }: { address: string; keepWide: readonly string[] },
): void => {
  const kept = (entry: GrantEntry): boolean => keepWide.some((each) => isFor(entry, each));
  const wide = entries.filter((entry) => isWide(entry) && !kept(entry));
  if (wide.length === 0) return;
  const facts = { entries: wide.map((entry) => ({ address: entry.address, may: powersInWords(powersOf([entry])) })) };
  const words = wide
    .map(
      (entry) =>
        `${entry.address} may ${powersInWords(powersOf([entry]))
          .slice(0, 2)
          .join(' and ')}`,
    )
    .join('; ');
  const named = [...new Set(wide.map((entry) => entry.address))];
  throw new Failure('GRANT_TOO_WIDE', `Others may do more than rent VMs with this account: ${words}.`, {
    fix: human('Revoke what should not stand, or name what should stay with --keep-wide.', 'authz revoke', named[0] ?? address),
    facts,
  });
};
