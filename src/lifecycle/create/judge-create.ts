import { type Judgement, judge } from '../../domain/judge/judge.ts';
import { Exact } from '../../domain/money/exact.ts';
import { isSpecial } from '../../domain/money/product-price.ts';
import type { ProvisionSubject } from '../../domain/plan/kinds/provision.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { accountRows } from '../account/account-rows.ts';
import type { Figures } from '../account/read-figures.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { publishedChecks } from '../trail/check-approver.ts';
import { checkAuditHead } from '../trail/check-audit-head.ts';
import type { TrailReader } from '../trail/read-audit-head.ts';

interface Matter {
  network: string;
  policy: PolicyInForce;
  subject: ProvisionSubject;
  figures: Figures;
  now: number;
  approved: boolean;
  enveloped: boolean;
}

/** Returns the policy's verdict on a planned VM, from the ledger's rows as this transaction sees them. */
export const judgeCreate = (
  ledger: Pick<LedgerReader, 'vms' | 'operations' | 'signed'> & TrailReader,
  { network, policy, subject, figures, now, approved, enveloped }: Matter,
): Judgement =>
  judge({
    order: {
      rate: new Exact(subject.rate),
      ttlSeconds: subject.ttlSeconds,
      computeUnits: subject.spec.computeUnits,
      special: isSpecial(subject.spec),
      confidential: subject.spec.confidential ?? false,
      task: subject.task,
      maxHourly: subject.maxHourlyCredits === null ? null : BigInt(subject.maxHourlyCredits),
      maxTotal: subject.maxTotalCredits === null ? null : BigInt(subject.maxTotalCredits),
    },
    policy,
    rows: accountRows(ledger, { network, account: subject.account }, figures),
    figures,
    beforehand: [
      checkAuditHead(ledger, { account: subject.account, network }, figures.journal),
      ...publishedChecks(policy, figures.journal),
    ],
    now,
    approved,
    enveloped,
  });
