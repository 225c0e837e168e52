import { verifiedWithinMs } from '../../domain/ending/enforcer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { beginTearDown, tearDown } from '../end/tear-down.ts';
import { armGuest, guestRow, needsArming, verifyGuest } from '../timers/arm-guest.ts';
import { endsUnarmedAt } from '../timers/end-unarmed.ts';
import { presigned } from '../timers/presign-forgets.ts';
import { withLease } from '../trail/lease.ts';
import { sideBySide } from './side-by-side.ts';

/** A guest timer is verified again well before its last verification stops counting. */
const lookAfterMs = verifiedWithinMs / 2;

/** A guest that lets SSH hang keeps no other VM waiting for long. */
const sshLimitMs = 20_000;
const armsAtOnce = 8;

/**
 * Whether a guest that did not take its timer is tried again at once, as somebody who has mended it wants, or in its turn, as rounds a minute
 * apart do: after a minute, then after twice as long each time. `not now`: no guest is waited for at all.
 */
export type Arming = 'at once' | 'in turn' | 'not now';

const firstPauseMs = 60_000;
const longestPauseMs = 16 * 60_000;

/** When a guest whose arming failed is to be tried again, ms; the past for one that did not fail lately. */
const tryAgainAt = (ledger: Pick<LedgerReader, 'effects'>, { id }: VmRecord): number => {
  const tries = ledger.effects({ vm: id, point: 'guest.armed', limit: 6 });
  const failures = tries.findIndex(({ outcome }) => outcome !== 'failed');
  const inARow = failures === -1 ? tries.length : failures;
  return inARow === 0 ? 0 : tries[0]!.at + Math.min(longestPauseMs, firstPauseMs * 2 ** (inARow - 1));
};

const live: readonly VmRecord['state'][] = ['provisioning', 'healthy', 'unreachable', 'stopped'];

/**
 * Sees that each VM can be ended: that its FORGETs are in the ledger, and its guest timer has the right expiry and was verified lately.
 * Makes good what a crash, a locked key or a silent guest left undone; what needs a missing key waits for the next round.
 */
export const keepArmed = async (context: ChangeContext, account: string, arming: Arming): Promise<void> => {
  const ledger = await context.ledger();
  const look = async ({ id }: VmRecord): Promise<void> => {
    await withLease(context, id, 0, async () => {
      const vm = ledger.vm(id);
      if (vm === null || !live.includes(vm.state)) return;
      await presigned(context, vm).catch(passable);
      if (needsArming(ledger, vm)) {
        if (arming === 'at once' || context.clock.now() >= tryAgainAt(ledger, vm)) await armGuest(context, vm, sshLimitMs);
        const endsAt = await endsUnarmedAt(context, vm);
        if (endsAt !== null && context.clock.now() >= endsAt) await tearDown(context, await beginTearDown(context, vm, 'unarmed'));
      } else if (vm.state === 'healthy' && isOld(guestRow(ledger, vm)?.verifiedAt ?? null, context.clock.now()))
        await verifyGuest(context, vm, sshLimitMs);
    })
      .catch(passable)
      .catch((problem: unknown) => warnUnarmed(context, id, problem));
  };
  await sideBySide(ledger.vms({ account, network: context.network, states: live }), armsAtOnce, look);
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
