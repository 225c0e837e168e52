import type { Check } from '../../domain/failure/failure.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { vmCalled } from '../caller/vm-called.ts';
import { requireUninhabited } from '../children/require-uninhabited.ts';

/**
 * Plans a reinstall. It destroys what is on the disk, so a person is always asked (conventions.md §4.6); it costs no credits. `USAGE` where
 * an agent lives in the VM.
 */
export const planReinstall = async (context: ReadContext, reference: string, argumentsDigest: string): Promise<Plan<'vm reinstall'>> => {
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, reference);
  requireUninhabited(ledger, vm);
  const check: Check & { ok: boolean } = {
    ok: false,
    code: 'APPROVAL_NEEDED',
    figure: vm.name,
    limit: '',
    message: `Reinstalling ${vm.name} loses what is on its disk: that needs approval.`,
  };
  const { ok: _, ...failing } = check;
  const terms = {
    network: context.network,
    account: vm.account,
    payer: vm.payer,
    action: 'vm reinstall',
    arguments: argumentsDigest,
    vm: vm.id,
    image: vm.spec.imageHash,
  };
  return makePlan(context.clock.now(), {
    action: 'vm reinstall',
    terms,
    subject: { id: vm.id },
    verdict: 'approve',
    failing: [failing],
    checks: [check],
    summary: `Reinstall ${vm.name} (${shortId(vm.id)}) from ${vm.spec.image}; what is on its disk is lost.`,
    name: vm.name,
  });
};
