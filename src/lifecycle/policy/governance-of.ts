import type { Governance } from '../../domain/ledger/journal.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { approverOf } from './policy-in-force.ts';

/** Returns who has a say in the account's spending, as the published head names it. */
export const governanceOf = (
  ledger: LedgerReader,
  scope: { account: string; network: string },
  context: Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId'>,
): Governance => ({
  approver: approverOf(ledger, scope, context),
  rootPolicy: context.rootPolicy() !== null || ledger.rootPolicySeen() !== null,
});
