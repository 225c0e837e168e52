import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { signerFor } from '../operation/signer-for.ts';
import { delegateVms } from './delegate-vms.ts';
import { recordGrants } from './record-grants.ts';

const publishLimitMs = 60_000;
const goneWithinMs = 90_000;
/** CRNs keep a grant this long (protocol-crn.md §3.5), and an INSTANCE sent just before the end may be processed as late. */
const keptMs = 120_000;

/**
 * Sends FORGETs by the owner's key until two CCN hosts list no VM of this sender at the account's cost, and looks once more after two
 * minutes. `DESTROY_INCOMPLETE` where some stay listed.
 */
export const endDelegateVms = async (context: ChangeContext, account: string, address: string): Promise<void> => {
  await endListed(context, account, address);
  await context.clock.wait(keptMs, context.signal);
  await endListed(context, account, address);
};

const endListed = async (context: ChangeContext, account: string, address: string): Promise<void> => {
  const [cloud, signer] = await Promise.all([context.cloud(), signerFor(context, account)]);
  const ledger = await context.ledger();
  const giveUpAt = context.clock.now() + goneWithinMs;
  const delays = pollDelays();
  const sent = new Set<string>();
  for (;;) {
    const ids = (await delegateVms(context, account, address)).map(({ id }) => id);
    if (ids.length === 0) return;
    if (context.clock.now() >= giveUpAt) throw incomplete(address, ids);
    const unsent = ids.filter((id) => !sent.has(id));
    if (unsent.length > 0) {
      ledger.write('authz.ending', (transaction) =>
        recordGrants(context, transaction, { point: 'authz.ending', account, outcome: 'forget', facts: { vms: unsent } }),
      );
      const message = await cloud.signing.forget({ owner: account, ids: unsent, reason: 'aleph-agent', at: context.clock.now() }, signer);
      await context.effect('authz.forget', () =>
        cloud.messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal, reach: cloud.hosts }),
      );
      for (const id of unsent) sent.add(id);
    } else await context.clock.wait(delays(), context.signal);
  }
};

const incomplete = (address: string, ids: readonly string[]): Failure =>
  new Failure(
    'DESTROY_INCOMPLETE',
    `The grants are taken back; ${ids.length} VMs of ${address} are still listed: ${ids.map(shortId).join(', ')}.`,
    {
      sideEffects: 'partial',
      fix: agent('Go on with the same call.', 'authz revoke', address, { destroyVms: true }),
      facts: { left: ids.map(shortId) },
    },
  );
