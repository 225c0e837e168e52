import type { Decimal } from 'decimal.js';
import { type Judgement, judge } from '../../domain/judge/judge.ts';
import { priceCheck } from '../../domain/judge/price-check.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import { Exact } from '../../domain/money/exact.ts';
import { extrasOf, isSpecial, usualRate } from '../../domain/money/product-price.ts';
import type { ProvisionSubject } from '../../domain/plan/kinds/provision.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { accountRows } from '../account/account-rows.ts';
import type { Figures } from '../account/read-figures.ts';
import { guardOf } from '../policy/guard-of.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { agentCase } from '../policy/slice-in-force.ts';
import { publishedChecks } from '../trail/check-approver.ts';
import { checkAuditHead } from '../trail/check-audit-head.ts';
import type { TrailReader } from '../trail/read-audit-head.ts';

/** What the verdict needs to know of the VM. */
type Wanted = Pick<ProvisionSubject, 'account' | 'spec' | 'rate' | 'ttlSeconds' | 'task' | 'maxHourlyCredits' | 'maxTotalCredits'>;

interface Matter {
  network: string;
  policy: PolicyInForce;
  subject: Wanted;
  figures: Figures;
  now: number;
  /** Somebody else than the agent decides here: a price that is far from the last one asks. */
  guarded: boolean;
  approved: boolean;
  enveloped: boolean;
  /** Who calls; null: the owner. */
  agent: string | null;
  fundable?: boolean;
}

/**
 * Returns what the planned VM would cost by the price of the account's newest hold, in credits per second: as many times the built-in price
 * as that one was, whatever its size. Before the first hold the built-in price counts.
 */
const expectedRate = (ledger: Pick<LedgerReader, 'vm' | 'effects'>, network: string, { account, spec }: Wanted): Decimal => {
  const [newest] = ledger.effects({ network, account, point: 'create.hold', limit: 1 });
  const seen = newest?.vm == null ? null : ledger.vm(newest.vm);
  const usual = usualRate(spec);
  return newest === undefined || seen === null ? usual : usual.times(factsOf('create.hold', newest).rate).div(usualRate(seen.spec));
};

/** Returns the policy's verdict on a planned VM, from the ledger's rows as this transaction sees them. */
export const judgeCreate = (
  ledger: Pick<LedgerReader, 'vm' | 'costs' | 'signed' | 'balancesSeen' | 'agent' | 'agents' | 'vms'> & TrailReader,
  { network, policy, subject, figures, now, guarded, approved, enveloped, agent, fundable = false }: Matter,
): Judgement =>
  judge({
    order: {
      rate: new Exact(subject.rate),
      ttlSeconds: subject.ttlSeconds,
      computeUnits: subject.spec.computeUnits,
      special: isSpecial(subject.spec),
      gpu: extrasOf(subject.spec).gpus.length > 0,
      confidential: subject.spec.confidential ?? false,
      task: subject.task,
      maxHourly: subject.maxHourlyCredits === null ? null : BigInt(subject.maxHourlyCredits),
      maxTotal: subject.maxTotalCredits === null ? null : BigInt(subject.maxTotalCredits),
    },
    policy: { ...policy, ...guardOf(ledger, policy, figures.payer) },
    rows: accountRows(ledger, { network, account: subject.account }, figures),
    figures,
    beforehand: [
      ...(guarded ? [priceCheck(new Exact(subject.rate), expectedRate(ledger, network, subject))] : []),
      checkAuditHead(ledger, { account: subject.account, network }, figures.journal),
      ...publishedChecks(policy, figures.journal),
    ],
    agent: agentCase(ledger, policy, agent),
    now,
    approved,
    enveloped,
    fundable,
  });
