import type { Judgement } from '../../domain/judge/judge.ts';
import { judgeExtension } from '../../domain/judge/judge-extension.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { accountRows } from '../account/account-rows.ts';
import type { Figures } from '../account/read-figures.ts';
import { guardOf } from '../policy/guard-of.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { agentCase } from '../policy/slice-in-force.ts';
import { publishedChecks } from '../trail/check-approver.ts';
import { checkAuditHead } from '../trail/check-audit-head.ts';
import type { TrailReader } from '../trail/read-audit-head.ts';

interface Matter {
  vm: VmRecord;
  until: number;
  policy: PolicyInForce;
  figures: Figures;
  now: number;
  approved: boolean;
  /** Who calls; null: the owner. */
  agent: string | null;
  fundable?: boolean;
}

/** Returns the policy's verdict on a longer life of a VM, from the ledger's rows as this transaction sees them and the public record. */
export const judgeExtend = (
  ledger: Pick<LedgerReader, 'costs' | 'signed' | 'balancesSeen' | 'agent' | 'agents' | 'vms'> & TrailReader,
  { vm, agent, ...matter }: Matter,
): Judgement => {
  const scope = { network: vm.network, account: vm.account };
  const { journal } = matter.figures;
  const beforehand = [checkAuditHead(ledger, scope, journal), ...publishedChecks(matter.policy, journal)];
  const rows = accountRows(ledger, scope, matter.figures);
  const row = { ...vm, ...rows.vms.find(({ id }) => id === vm.id) };
  const policy = { ...matter.policy, ...guardOf(ledger, matter.policy, matter.figures.payer) };
  return judgeExtension({ ...matter, policy, vm: row, beforehand, rows, agent: agentCase(ledger, policy, agent) });
};
