import { verifiedWithinMs } from '../../domain/ending/enforcer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { beginTearDown, tearDown } from '../end/tear-down.ts';
import { armGuest, guestRow, needsArming, verifyGuest } from '../timers/arm-guest.ts';
import { endsUnarmedAt } from '../timers/end-unarmed.ts';
import { presigned } from '../timers/presign-forgets.ts';
import { withLease } from '../trail/lease.ts';

/** Looked at again well before it stops counting. */
const lookAfterMs = verifiedWithinMs / 2;

const live: readonly VmRecord['state'][] = ['provisioning', 'healthy', 'unreachable', 'stopped'];

/**
 * What ends each VM is there, as recorded: FORGETs in the ledger, a timer in the guest that has the right expiry and was seen lately.
 * Heals what a crash, a locked key or a silent guest left undone. Without a key, what needs one is left for the next time.
 */
export const keepArmed = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  for (const { id } of ledger.vms({ account, network: context.network, states: live })) {
    await withLease(context, id, 0, async () => {
      const vm = ledger.vm(id);
      if (vm === null || !live.includes(vm.state)) return;
      await presigned(context, vm).catch(passable);
      if (needsArming(ledger, vm)) {
        await armGuest(context, vm);
        const endsAt = await endsUnarmedAt(context, vm);
        if (endsAt !== null && context.clock.now() >= endsAt) await tearDown(context, await beginTearDown(context, vm, 'unarmed'));
      } else if (vm.state === 'healthy' && isOld(guestRow(ledger, vm)?.verifiedAt ?? null, context.clock.now()))
        await verifyGuest(context, vm);
    })
      .catch(passable)
      .catch((problem: unknown) => told(context, id, problem));
  }
};

const isOld = (verifiedAt: number | null, now: number): boolean => verifiedAt !== null && now - verifiedAt > lookAfterMs;

/** One VM's trouble, or a policy that cannot be read, keeps neither the others from being looked after nor people from being alerted. */
const told = ({ warn }: Pick<ChangeContext, 'warn'>, id: string, thrown: unknown): void => {
  if (!(thrown instanceof Failure) || thrown.code === 'INTERRUPTED') throw thrown;
  warn(thrown.code, `VM ${shortId(id)} was not looked after: ${thrown.message}`);
};

/** Somebody else is at it, or the key is not to be had: the next time will do. */
const passable = (thrown: unknown): void => {
  const codes = ['VM_BUSY', 'KEY_LOCKED', 'WRONG_ACCOUNT'];
  if (!(thrown instanceof Failure) || !codes.includes(thrown.code)) throw thrown;
};
