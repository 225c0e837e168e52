import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usdPerHour } from '../../domain/money/money.ts';
import { creationOf } from '../../domain/plan/operation-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { VmPrice } from '../../ports/network/prices.ts';
import { beginTearDown } from '../end/tear-down.ts';
import { moveVm } from '../trail/move-vm.ts';

/** The outcome of a look that did not settle the price. */
const inDoubt = 'in doubt';

/** Tells whether a VM was processed while fewer than two hosts agreed on its price, and no later look has settled that price. */
export const priceInDoubt = (ledger: Pick<LedgerReader, 'effects'>, vm: VmRecord): boolean => {
  const effects = ledger.effects({ vm: vm.id });
  const taken = effects.find(({ point }) => point === 'create.processed');
  if (taken === undefined) return false;
  const facts = factsOf('create.processed', taken);
  return (
    'priceAgreed' in facts && !facts.priceAgreed && !effects.some(({ point, outcome }) => point === 'create.price' && outcome !== inDoubt)
  );
};

/** Returns rate and hold of a VM at this price until its expiry: never less than at the planned price. */
export const atPrice = (vm: VmRecord, planned: string, { perSecond }: VmPrice): Pick<VmRecord, 'rate' | 'hold'> => {
  const rate = perSecond.gt(planned) ? new Exact(perSecond) : new Exact(planned);
  return { rate: rate.toFixed(18), hold: creditsOver(rate, new Exact(vm.expiresAt - vm.signedAt).div(1000)) };
};

/** Tells whether a price is above the plan's ceiling, which is the planned price and two per cent (product.md §1 rule 6). */
export const aboveCeiling = (planned: string, price: VmPrice): boolean => price.perSecond.gt(new Exact(planned).times('1.02'));

/** Warns of a price that one host alone gives: on one host's word no VM is destroyed, and the dearer price is held meanwhile. */
export const warnOfPrice = (context: Pick<ChangeContext, 'warn'>, vm: VmRecord, price: VmPrice): void =>
  context.warn(
    'PRICE_IN_DOUBT',
    `VM ${vm.name}: one CCN host says ${usdPerHour(price.perSecond)} USD/h, above what was agreed to, and no other says the same. It is kept; its price is asked again.`,
  );

/**
 * Asks again for a price that two hosts did not agree on, and returns the row; nothing happens where they did. Once they agree, the row
 * takes that price, and a VM above the ceiling goes to `stopping`.
 */
export const settlePrice = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const ledger = await context.ledger();
  if (!priceInDoubt(ledger, vm)) return vm;
  const price = await (await context.cloud()).prices.priceOf(vm.id).catch(() => null);
  if (price === null) return vm;
  const planned = creationOf(ledger.operation(vm.operation)).rate;
  if (!price.agreed && price.perSecond.lte(vm.rate)) return vm;
  const tooDear = aboveCeiling(planned, price);
  const priced = atPrice(vm, planned, price);
  const settled = await moveVm(context, 'create.price', vm, {
    to: vm.state,
    outcome: !price.agreed ? inDoubt : tooDear ? 'above the ceiling' : 'agreed',
    // A later attempt holds what the plan's hold left for it, so its hold changes only when the price does.
    patch: new Exact(priced.rate).eq(vm.rate) ? {} : priced,
    facts: { creditsPerSecond: price.perSecond.toFixed() },
  });
  if (!price.agreed) {
    if (tooDear) warnOfPrice(context, vm, price);
    return settled;
  }
  return tooDear ? beginTearDown(context, settled, 'price') : settled;
};
