import type { LedgerReader } from '../../ports/ledger.ts';
import type { PolicyInForce } from './policy-in-force.ts';

type Guard = Pick<PolicyInForce, 'acknowledgedBalance' | 'balanceSettled'> & { shared: boolean };

/**
 * The balance of which a share always stays with this payer: of the account itself the one that its policy has; of another the greatest that the
 * trail saw since spending was last authorised, because the account's policy acknowledges its own balance only. What others have committed of that
 * balance counts too.
 */
export const guardOf = (
  ledger: Pick<LedgerReader, 'balancesSeen'>,
  { account, authorisedAt, acknowledgedBalance, balanceSettled }: PolicyInForce,
  payer: string,
): Guard => {
  if (payer === account) return { acknowledgedBalance, balanceSettled, shared: false };
  const seen = ledger.balancesSeen({ account, payer, since: authorisedAt });
  return { acknowledgedBalance: seen?.greatest ?? null, balanceSettled: false, shared: true };
};
