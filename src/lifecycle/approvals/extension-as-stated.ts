import { planDigest } from '../../domain/approval/approval-message.ts';
import { restateExtension } from '../../domain/burn/state-extension.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { asPublic, publicExpiry } from '../../domain/ledger/birth.ts';
import { publishedExpiry } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { birthOf } from '../account/account-rows.ts';
import type { Figures } from '../account/read-figures.ts';

type Reader = Pick<LedgerReader, 'vm' | 'vms' | 'signed'>;
type Seen = Pick<Figures, 'listed' | 'journal' | 'payer'>;

/** A VM and the other attempts of its operation, with their lives as they were signed and published. */
export interface PublicVm {
  vm: VmRecord;
  attempts: VmRecord[];
}

/**
 * Returns the VM with the expiry of the public record, whatever its row says. `BALANCE_UNREADABLE` where nothing proves when it was created:
 * what it costs from then on cannot be told. `PLAN_MOVED` where it is signed at the cost of another account than the figures are of.
 */
export const publicVm = (ledger: Reader, row: VmRecord, seen: Seen): PublicVm => {
  const birth = birthOf(ledger, row.id, seen.listed);
  if (birth === null || birth.owner === null) throw unproven(row);
  if (birth.owner !== seen.payer) throw moved(`VM ${row.name} is signed at the cost of ${birth.owner}, its row says ${seen.payer}`);
  const attempts = ledger.vms({ operation: row.operation }).map((vm) => asPublic(vm, birthOf(ledger, vm.id, seen.listed), null));
  const expiresAt = publicExpiry(row, birth, publishedExpiry(seen.journal, row.id));
  return { vm: { ...row, payer: birth.owner, signedAt: birth.signedAt, expiresAt }, attempts };
};

/**
 * Returns the stored plan of an extension, stated anew from signed bytes and the public record. `PLAN_MOVED` where that is not what is
 * stored: no figure is shown, signed or held that somebody wrote into the ledger.
 */
export const extensionAsStated = (ledger: Reader, plan: Plan<'vm extend'>, seen: Seen): Plan<'vm extend'> => {
  const row = ledger.vm(plan.subject.vm);
  if (row === null) throw moved(`VM ${shortId(plan.subject.vm)} is no longer in the ledger`);
  const { vm, attempts } = publicVm(ledger, row, seen);
  if (vm.expiresAt !== plan.subject.from.expiresAt)
    throw moved(`VM ${vm.name} ends at ${formatInstant(vm.expiresAt)} by the public record`);
  const restated = restateExtension(plan, vm, attempts);
  if (digestOf(restated) !== digestOf(plan)) {
    const { to, rate } = restated.subject;
    const life = `until ${formatInstant(to.expiresAt)} VM ${vm.name} costs ${restated.cost?.mostUsd} USD from its creation on, at ${rate} credits/s`;
    throw moved(`the stored plan is not what its VM gives (${life})`);
  }
  return restated;
};

/** Holds and the reserve follow from balance and burn, which move all the time; everything else must be the same. */
const digestOf = (plan: Plan<'vm extend'>): string => {
  const { from, to, ...rest } = plan.subject;
  const { usdPerHour, mostUsd } = plan.cost ?? { usdPerHour: '', mostUsd: '' };
  const subject = { ...rest, from: { ...from, ttlSeconds: 0, hold: '0' }, to: { ...to, hold: '0' } };
  return planDigest({ ...plan, subject, cost: { usdPerHour, mostUsd, neededUsd: '' } });
};

const moved = (why: string): Failure =>
  new Failure('PLAN_MOVED', `This extension is not applied: ${why}. Nothing was sent; make the call that asked for it again.`);

const unproven = (vm: VmRecord): Failure =>
  new Failure(
    'BALANCE_UNREADABLE',
    `No CCN host lists VM ${vm.name}, and the ledger has not the message that made it: since when it costs credits cannot be proved.`,
    { fix: agent('See what the network says of it.', 'vm show', vm.name), facts: { id: shortId(vm.id) } },
  );
