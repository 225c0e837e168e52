import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { counted } from '../../domain/text/counted.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { delegateVms } from './delegate-vms.ts';
import { endListed } from './end-listed.ts';

/** CRNs keep a grant this long (protocol-crn.md §3.5), and an INSTANCE sent just before the end may be processed as late. */
const keptMs = 120_000;

/**
 * Sends FORGETs by the owner's key until two CCN hosts list no VM of this sender at the account's cost, and looks once more after two
 * minutes. `DESTROY_INCOMPLETE` where some stay listed.
 */
export const endDelegateVms = async (context: ChangeContext, account: string, address: string): Promise<void> => {
  // a host's word on who sent a VM is none: it could name a VM that the owner made
  const listed = async () => {
    const sent = await (await context.cloud()).messages.listSentBy(address);
    return (await delegateVms(context, account, address)).map(({ id }) => id).filter((id) => sent.some((vm) => vm.id === id));
  };
  const end = async (): Promise<void> => {
    const left = await endListed(context, { account, owner: account, listed });
    if (left.length > 0) throw incomplete(address, left);
  };
  await end();
  await context.clock.wait(keptMs, context.signal);
  await end();
};

const incomplete = (address: string, ids: readonly string[]): Failure =>
  new Failure(
    'DESTROY_INCOMPLETE',
    `The grants are taken back, and still listed ${ids.length === 1 ? 'is' : 'are'} ${counted(ids.length, 'VM')} of ${address}: ${ids.map(shortId).join(', ')}.`,
    {
      sideEffects: 'partial',
      fix: agent('Go on with the same call.', 'authz revoke', address, { destroyVms: true }),
      facts: { left: ids.map(shortId) },
    },
  );
