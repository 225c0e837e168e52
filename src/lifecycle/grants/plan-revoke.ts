import type { Check } from '../../domain/failure/failure.ts';
import { isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { isOwnGrant } from '../../domain/grants/own-grant.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import type { RevokeSubject } from '../../domain/plan/kinds/grant.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { counted } from '../../domain/text/counted.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readGrants } from '../operation/read-grants.ts';
import { delegateVms } from './delegate-vms.ts';

/**
 * Plans to take every grant of the account in use back from `address`. Names the VMs that it leaves running: nobody but the owner can end
 * them afterwards, because the delegate's FORGETs are refused from then on, those that it signed before, too (protocol-ccn.md §4.2).
 */
export const planRevoke = async (
  context: ReadContext,
  { address, destroyVms }: { address: string; destroyVms: boolean },
  argumentsDigest: string,
): Promise<Plan<'authz revoke'>> => {
  const { address: account } = context.keys.current(context.network);
  const [state, vms] = await Promise.all([readGrants(context, account), delegateVms(context, account, address)]);
  const held = readGrantEntries(state.authorizations).filter((entry) => isFor(entry, address));
  const ends = destroyVms ? vms.map(({ id }) => id) : [];
  const failing: Check[] =
    ends.length === 0
      ? []
      : [
          {
            code: 'APPROVAL_NEEDED',
            figure: String(ends.length),
            limit: '0',
            message: `${counted(ends.length, 'VM')} of ${address} would be destroyed (${ends.map(shortId).join(', ')}), and what is on their disks lost.`,
          },
        ];
  const subject: RevokeSubject = { account, address, ends };
  const burn = vms.reduce((sum, { rate }) => sum.plus(rate ?? 0), new Exact(0));
  const left = vms.map(({ id }) => shortId(id)).join(', ');
  const terms = { network: context.network, payer: account, action: 'authz revoke', arguments: argumentsDigest, ...subject };
  return makePlan(context.clock.now(), {
    action: 'authz revoke',
    terms,
    subject,
    verdict: failing.length === 0 ? 'allow' : 'approve',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    notes: [
      ...(isOwnGrant(held)
        ? [`Afterwards ${address} gets nothing back any more without this machine (authz grant --own lets it again).`]
        : []),
      ...(vms.length === 0 || destroyVms
        ? []
        : [
            `${counted(vms.length, 'VM')} of ${address} ${vms.length === 1 ? 'goes' : 'go'} on costing ${usdPerHour(burn)} USD per hour: ${left}. Afterwards only you can end ${vms.length === 1 ? 'it' : 'them'} (--destroy-vms); timers that the agent armed inside end nothing any more.`,
          ]),
      'CRNs keep a grant for up to 2 minutes: until then the key can still stop or erase VMs on their nodes.',
    ],
    summary:
      held.length === 0
        ? `${address} has no grant of ${account}.`
        : `Take ${held.length === 1 ? 'the grant' : `all ${held.length} grants`} of ${account} back from ${address}${ends.length === 0 ? '' : `, then destroy its VMs ${left}`}.`,
    name: address,
  });
};
