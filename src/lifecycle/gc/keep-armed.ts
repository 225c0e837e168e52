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
import { sideBySide, vmsAtOnce } from './side-by-side.ts';

/** A guest timer is verified again well before its last verification stops counting. */
const lookAfterMs = verifiedWithinMs / 2;

const live: readonly VmRecord['state'][] = ['provisioning', 'healthy', 'unreachable', 'stopped'];

/**
 * Sees that each VM can be ended: that its FORGETs are in the ledger, and its guest timer has the right expiry and was verified lately.
 * Makes good what a crash, a locked key or a silent guest left undone; what needs a missing key waits for the next round.
 */
export const keepArmed = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  const look = async ({ id }: VmRecord): Promise<void> => {
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
      .catch((problem: unknown) => warnUnarmed(context, id, problem));
  };
  await sideBySide(ledger.vms({ account, network: context.network, states: live }), vmsAtOnce, look);
};

const isOld = (verifiedAt: number | null, now: number): boolean => verifiedAt !== null && now - verifiedAt > lookAfterMs;

/** Warns of a VM's failure instead of throwing it, so that the other VMs are looked after and people are alerted all the same. */
const warnUnarmed = ({ warn }: Pick<ChangeContext, 'warn'>, id: string, thrown: unknown): void => {
  if (!(thrown instanceof Failure) || thrown.code === 'INTERRUPTED') throw thrown;
  warn(thrown.code, `VM ${shortId(id)} was not looked after: ${thrown.message}`);
};

/** Lets failures pass that the next round may not meet: another process holds the lease, or the key is locked or missing. */
const passable = (thrown: unknown): void => {
  const codes = ['VM_BUSY', 'KEY_LOCKED', 'WRONG_ACCOUNT'];
  if (!(thrown instanceof Failure) || !codes.includes(thrown.code)) throw thrown;
};
