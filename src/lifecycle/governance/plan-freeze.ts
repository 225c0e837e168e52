import { type Check, Failure } from '../../domain/failure/failure.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';

export interface FreezeWish {
  destroyAll: boolean;
  /** Only VMs of this task are destroyed; null: of any. */
  ofTask: string | null;
}

/**
 * Plans a freeze. The freeze itself needs no approval; destroying all VMs with it needs the account's name, typed by a person, or the
 * approver.
 */
export const planFreeze = async (
  context: ReadContext,
  { destroyAll, ofTask }: FreezeWish,
  argumentsDigest: string,
): Promise<Plan<'freeze'>> => {
  if (ofTask !== null && !destroyAll) {
    throw new Failure(
      'USAGE',
      'Frozen, as a freeze stops every task. --of-task only chooses what --destroy-all destroys, and that was not given.',
      {
        fix: agent('See what there is.', 'vm ls', { ofTask }),
      },
    );
  }
  // Whoever freezes is in a hurry: only destroying needs a key to be chosen.
  const account = destroyAll ? context.keys.current(context.network).address : (accountInUse(context) ?? '');
  const ledger = await context.ledger();
  const live = destroyAll ? ledger.vms({ network: context.network, account, states: liveStates }) : [];
  const vms = live.filter(({ task }) => ofTask === null || task === ofTask);
  const ids = vms.map(({ id }) => id);
  const terms = {
    network: context.network,
    account,
    payer: account,
    action: 'freeze',
    arguments: argumentsDigest,
    vms: ids,
  };
  const ends = ids.length > 0;
  const failing: Check[] = ends
    ? [
        {
          code: 'APPROVAL_NEEDED',
          figure: String(vms.length),
          limit: '0',
          message: `Frozen. ${vms.length === 1 ? 'The one VM' : `All ${vms.length} VMs`} of ${ofTask === null ? account : `task ${ofTask}`} would be destroyed too, and what is on their disks lost.`,
        },
      ]
    : [];
  const lost = vms.map(({ name, id, state }) => `${name} (${shortId(id)}, ${state})`).join(', ') || 'no VM';
  return makePlan(context.clock.now(), {
    action: 'freeze',
    terms,
    subject: { account, ids, ending: 'destroy' },
    verdict: ends ? 'approve' : 'allow',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    summary: `Stop all creation and extension on ${context.network}${destroyAll ? `, and destroy ${lost}; what is on their disks is lost.` : '.'}`,
    ...(ends ? { name: context.keys.current(context.network).name } : {}),
  });
};
