import { Exact } from '../domain/exact.ts';
import { type Judgement, judge } from '../domain/judge.ts';
import { isSpecial } from '../domain/product-price.ts';
import type { LedgerReader } from '../ports/ledger.ts';
import { checkLineage } from './check-lineage.ts';
import type { TrailReader } from './own-trail.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { ProvisionSubject } from './provision-subject.ts';
import type { Figures } from './read-figures.ts';

interface Matter {
  network: string;
  policy: PolicyInForce;
  subject: ProvisionSubject;
  figures: Figures;
  now: number;
  approved: boolean;
  enveloped: boolean;
}

/** The policy's verdict on a planned VM, from the ledger's rows as they are in this transaction. */
export const judgeCreate = (
  ledger: Pick<LedgerReader, 'vms' | 'operations'> & TrailReader,
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
    rows: {
      vms: ledger.vms({ network, account: subject.account }),
      operations: ledger.operations({ network, account: subject.account }),
    },
    figures,
    beforehand: [checkLineage(ledger, { account: subject.account, network }, figures.journal)],
    now,
    approved,
    enveloped,
  });
