import type { Check } from '../../domain/failure/failure.ts';
import { protectionChecks } from '../../domain/judge/judge-destroy.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { familysVms } from '../children/childrens-vms.ts';
import { requiredAgent } from './required-agent.ts';

/** Plans what becomes of the VMs of an agent that is put out: they run to their expiry, or end, which a person is asked once, whatever is protected. */
export const planAgentsEnd = async (
  context: ReadContext,
  { name, destroyVms }: { name: string; destroyVms: boolean },
  argumentsDigest: string,
): Promise<Plan<'agents revoke'>> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  requiredAgent(ledger, context, account, name);
  const vms = destroyVms ? familysVms(ledger, { network: context.network, account }, name, { states: liveStates }) : [];
  const ids = vms.map(({ id }) => id);
  const asks: Check[] =
    ids.length === 0
      ? []
      : [
          {
            code: 'APPROVAL_NEEDED',
            of: `agent ${name}`,
            figure: String(ids.length),
            limit: '0',
            message: `Agent ${name} is out. ${ids.length} of its VMs would be destroyed, and what is on their disks lost.`,
          },
          ...protectionChecks(vms).map(({ ok: _, ...check }) => check),
        ];
  const lost = vms.map((vm) => `${vm.name} (${shortId(vm.id)}, ${vm.state})`).join(', ');
  return makePlan(context.clock.now(), {
    action: 'agents revoke',
    terms: { network: context.network, account, payer: account, action: 'agents revoke', arguments: argumentsDigest, name, vms: ids },
    subject: { account, name, ids, ending: 'destroy' },
    verdict: asks.length > 0 ? 'approve' : 'allow',
    failing: asks,
    checks: asks.map((check) => ({ ...check, ok: false })),
    summary: `Put agent ${name} out${ids.length === 0 ? '.' : `, and destroy ${lost}; what is on their disks is lost.`}`,
  });
};
