import { signatureOf } from '../../domain/ledger/signed-text.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Publication } from '../../ports/network/messages.ts';
import { sendWithinMs } from '../operation/send-within-ms.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { maySend } from '../policy/slice-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { isHeldPublic } from './require-held-public.ts';

const publishLimitMs = 60_000;

/**
 * Sends the recorded bytes of a `requested` VM and records the answer, which alone changes no state. Waits for it until `deadline` (ms), a
 * minute at most. null: nothing was sent, because the bytes are too old, their signature is wiped, the account is frozen, the hold is not public,
 * or the VM was let go meanwhile. `first`: no other process can have sent them before.
 */
export const sendCreate = async (context: ChangeContext, vm: VmRecord, deadline: number, first: boolean): Promise<Publication | null> => {
  const ledger = await context.ledger();
  const message = ledger.signed(vm.id);
  if (message === null || signatureOf(message) === null || context.clock.now() - message.signedAt > sendWithinMs) return null;
  const policy = await readPolicy(context, vm.account);
  if (!maySend(ledger, policy, vm.agent, context.clock.now())) return null;
  requireOwnRoots(context, policy);
  if (!(await isHeldPublic(context, vm, deadline))) return null;
  // Whoever let the VM go while its hold became public did so because nobody had sent it.
  if (ledger.vm(vm.id)?.state !== 'requested') return null;
  const unrecorded = ledger.effects({ vm: vm.id, point: 'create.published', limit: 1 }).length === 0;
  const startedAt = context.clock.now();
  const publication = await context.effect('create.publish', async () =>
    (await context.cloud()).messages.publish(message, {
      timeoutMs: Math.min(publishLimitMs, Math.max(1_000, deadline - startedAt)),
      signal: context.signal,
      first: first && unrecorded,
    }),
  );
  ledger.write('create.published', (transaction) =>
    auditVm(context, transaction, 'create.published', vm, {
      outcome: publication.status,
      latencyMs: context.clock.now() - startedAt,
      facts: publication.rejection === null ? {} : { rejection: publication.rejection.code, reason: publication.rejection.reason },
    }),
  );
  if (publication.status !== 'unsent') context.progress.phase('posted', { operation: vm.operation, vm: vm.id, name: vm.name });
  return publication;
};
