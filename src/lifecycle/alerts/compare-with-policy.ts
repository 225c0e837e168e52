import type { Decimal } from 'decimal.js';
import { abovePolicy, type Excess } from '../../domain/burn/above-policy.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { publicExpiry } from '../../domain/ledger/birth.ts';
import { publishedExpiry } from '../../domain/ledger/journal.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import { Exact } from '../../domain/money/exact.ts';
import { isSpecial } from '../../domain/money/product-price.ts';
import { isName } from '../../domain/text/names.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { Burn } from '../../ports/network/accounts.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { wasGiven } from '../approvals/is-given.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import type { PublicRecord } from '../trail/public-record.ts';

/**
 * Compares what two CCN hosts show of an account with its policy in force, root's included. No row of the ledger counts here, so that whatever was
 * edited in it shows.
 */
export const compareWithPolicy = async (context: ReadContext, account: string, { listed, journals }: PublicRecord): Promise<Excess[]> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const enough = Math.min(2, cloud.hosts.length);
  const agreed = listed.filter(({ listedBy }) => listedBy >= enough);
  if (agreed.length === 0) return [];
  const payerOf = ({ owner }: ListedVm): string => owner ?? account;
  const payers = [...new Set(agreed.map(payerOf))];
  const [burns, policy] = await Promise.all([
    Promise.all(payers.map((payer) => cloud.accounts.burns(payer))),
    readPolicy(context, account).catch(passableFailure),
  ]);
  const { limits } = policy instanceof Failure ? { limits: defaultLimits } : policy;
  // A person approved the GPU of such a VM, and with it size and burn (product.md §3).
  const counted = agreed.filter((vm) => !isSpecial(vm.spec) || !isApproved(context, ledger, vm, account));
  const shown = agreed
    .filter(({ ours }) => ours)
    .map((vm) => ({
      name: nameOf(ledger, vm),
      signedAt: vm.signedAt,
      // The journal alone gives a VM without an expiry of its own one; without either it is not judged here.
      expiresAt: publicExpiry({ expiresAt: vm.signedAt }, vm, publishedExpiry(journals, vm.id)),
    }));
  const perSecond = payers.reduce(
    (sum, payer, index) =>
      sum.plus(
        burnOf(
          counted.filter((vm) => payerOf(vm) === payer),
          burns[index] ?? [],
          enough,
        ),
      ),
    new Exact(0),
  );
  return abovePolicy(shown, burns.some((words) => words.length < enough) ? null : perSecond, limits);
};

/** What the VMs cost per second as far as enough hosts say so: of each VM the greatest rate that no fewer of them name. */
const burnOf = (vms: readonly ListedVm[], burns: readonly Burn[], enough: number): Decimal =>
  vms.reduce((sum, { id }) => {
    const rates = burns.map(({ resources }) => resources.find((resource) => resource.id === id)?.perSecond ?? new Exact(0));
    return sum.plus(rates.sort((a, b) => b.comparedTo(a))[enough - 1] ?? 0);
  }, new Exact(0));

const isApproved = (context: ReadContext, ledger: LedgerReader, { id }: ListedVm, account: string): boolean => {
  const approval = ledger.operation(ledger.vm(id)?.operation ?? '')?.approval;
  const row = approval == null ? null : ledger.approval(approval);
  return row?.state === 'used' && row.account === account && wasGiven(ledger, row, context);
};

/** The VM's name in the ledger, else its public label where that can be a name. */
const nameOf = (ledger: LedgerReader, { id, label }: ListedVm): string =>
  ledger.vm(id)?.name ?? (label !== null && isName(label) ? label : shortId(id));
