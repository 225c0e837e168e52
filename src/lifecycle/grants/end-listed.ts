import type { ChangeContext } from '../../ports/context.ts';
import { forgottenBy } from '../ended/proof-of-termination.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { signerFor } from '../operation/signer-for.ts';
import { auditAccount } from '../trail/audit.ts';

const publishLimitMs = 60_000;
const goneWithinMs = 90_000;

export interface Ending {
  /** Whose key signs the FORGETs. */
  account: string;
  /** Who pays for the VMs: the account itself, or one that lets it end its VMs. */
  owner: string;
  /** Item hashes of the VMs that are to end, as any CCN host lists them now. */
  listed(): Promise<readonly string[]>;
}

type Proven = 'so' | 'not so' | 'unknown';

/**
 * Sends a FORGET by the account's key for each VM until none is listed any more, or two hosts say that it is gone. A host may list what it likes:
 * only a live INSTANCE whose content names this owner is forgotten, because the key could forget messages of its own account, too; and each FORGET
 * names one VM, because a single hash that the network does not know holds up all others. Returns what stays listed too long.
 */
export const endListed = async (context: ChangeContext, { account, owner, listed }: Ending): Promise<readonly string[]> => {
  const [cloud, signer] = await Promise.all([context.cloud(), signerFor(context, account)]);
  const ledger = await context.ledger();
  const giveUpAt = context.clock.now() + goneWithinMs;
  const delays = pollDelays();
  const sent = new Set<string>();
  const proofs = new Map<string, Proven>();
  const whose = owner === account ? {} : { owner };
  const prove = async (id: string): Promise<Proven> => {
    if (!/^[0-9a-f]{64}$/.test(id)) return 'not so';
    const found = await cloud.messages.vm(id).catch(() => null);
    // of what is gone a host tells the owner by its word alone
    if (found === null || found.owner === null || found.status === 'forgotten' || found.status === 'removed') return 'unknown';
    return found.owner.toLowerCase() === owner.toLowerCase() ? 'so' : 'not so';
  };
  const isGone = async (id: string): Promise<boolean> =>
    forgottenBy(await cloud.messages.statusOf(id)).length >= Math.min(2, cloud.hosts.length);
  for (;;) {
    const named = await listed();
    for (const id of named) if ((proofs.get(id) ?? 'unknown') === 'unknown') proofs.set(id, await prove(id));
    const doubtful = named.filter((id) => sent.has(id) || proofs.get(id) === 'unknown');
    const gone = await Promise.all(doubtful.map(async (id) => ((await isGone(id)) ? [id] : [])));
    const ids = named.filter((id) => proofs.get(id) !== 'not so' && !gone.flat().includes(id));
    if (ids.length === 0 || context.clock.now() >= giveUpAt) return ids;
    const unsent = ids.filter((id) => proofs.get(id) === 'so' && !sent.has(id));
    if (unsent.length > 0) {
      ledger.write('authz.ending', (transaction) =>
        auditAccount(context, transaction, { point: 'authz.ending', account, outcome: 'forget', facts: { vms: unsent, ...whose } }),
      );
      for (const id of unsent) {
        const message = await cloud.signing.forget({ owner, ids: [id], reason: 'aleph-agent', at: context.clock.now() }, signer);
        await context.effect('authz.forget', () =>
          cloud.messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal, reach: cloud.hosts }),
        );
        sent.add(id);
      }
    } else await context.clock.wait(delays(), context.signal);
  }
};
