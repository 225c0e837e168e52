import type { Judgement } from '../domain/judge.ts';
import { judgeExtension } from '../domain/judge-extension.ts';
import type { VmRecord } from '../domain/vm-record.ts';
import type { LedgerReader } from '../ports/ledger.ts';
import { checkLineage } from './check-lineage.ts';
import type { TrailReader } from './own-trail.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { Figures } from './read-figures.ts';

interface Matter {
  vm: VmRecord;
  until: number;
  policy: PolicyInForce;
  figures: Figures;
  now: number;
  approved: boolean;
}

/** The policy's verdict on a longer life, from the ledger's rows as they are in this transaction. */
export const judgeExtend = (ledger: Pick<LedgerReader, 'vms' | 'operations'> & TrailReader, { vm, ...matter }: Matter): Judgement => {
  const scope = { network: vm.network, account: vm.account };
  const beforehand = [checkLineage(ledger, scope, matter.figures.journal)];
  return judgeExtension({ ...matter, vm, beforehand, rows: { vms: ledger.vms(scope), operations: ledger.operations(scope) } });
};
