import type { Check } from '../failure/failure.ts';
import type { VmRecord } from '../ledger/vm-record.ts';

export type DestroyCheck = Check & { ok: boolean };

/** What is destroyed within this time counts as at once, in however many calls; a slower loop is not caught. */
const atOnceMs = 60_000;

const asks = (ok: boolean, figure: string, limit: string, message: string): DestroyCheck => ({
  ok,
  code: 'APPROVAL_NEEDED',
  figure,
  limit,
  message,
});

const atOnce = (count: number, before: number, limit: number): DestroyCheck => {
  const earlier = before === 0 ? '' : `, ${before} of them within the last minute`;
  const message = `${count + before} VMs at once${earlier}; more than ${limit} need a person's approval.`;
  return asks(count === 0 || count + before <= limit, String(count + before), String(limit), message);
};

/** Another task's VM is not destroyed without a person. */
export const sameTask = (vm: VmRecord, task: string | null): DestroyCheck => {
  const ok = vm.task === null || vm.task === task;
  const message = ok ? `VM ${vm.name} is of this task.` : `VM ${vm.name} belongs to task ${vm.task}.`;
  return { ...asks(ok, vm.task ?? '', task ?? '', message), subject: { of: 'task', vm: vm.id } };
};

/** A protected VM asks whatever else was allowed before it was protected. */
export const protectionChecks = (vms: readonly VmRecord[]): DestroyCheck[] =>
  vms
    .filter((vm) => vm.protected)
    .map(({ name, id }) => ({ ...asks(false, name, '', `VM ${name} is protected.`), subject: { of: 'protection', vm: id } }));

/**
 * Did whoever agreed to a plan agree to end this VM although it is protected? By what each check was about; one that 0.1.0 stored has no
 * subject, and only the words of that version tell it from the check on a task of the VM's name.
 */
export const agreedToEndProtected = (failing: readonly Check[], vm: VmRecord): boolean =>
  failing.some(({ code, figure, message, subject }) => {
    if (code !== 'APPROVAL_NEEDED') return false;
    if (subject !== undefined) return subject.of === 'protection' && subject.vm === vm.id;
    return figure === vm.name && message === `VM ${vm.name} is protected.`;
  });

/** VMs that an order to destroy would end; what is gone, or on its way out, asks nobody again. */
export const endedBy = (vms: readonly VmRecord[]): VmRecord[] =>
  vms.filter(({ state }) => state !== 'stopping' && state !== 'terminated' && state !== 'dormant');

/**
 * What asks a person before VMs are destroyed (conventions.md §4.6): too many within a minute, by all calls together, another task's,
 * protected ones. `rows` is everything that the ledger has of the network. Pure; called for the plan and again where the teardown begins.
 */
export const judgeDestroy = (
  vms: readonly VmRecord[],
  rows: readonly VmRecord[],
  { limit, task, now }: { limit: number; task: string | null; now: number },
): DestroyCheck[] => {
  const meant = new Set(vms.map(({ id }) => id));
  const before = rows.filter(
    ({ id, ending, stoppingAt }) => !meant.has(id) && ending === 'destroy' && stoppingAt !== null && now - stoppingAt < atOnceMs,
  );
  return [atOnce(vms.length, before.length, limit), ...vms.map((vm) => sameTask(vm, task)), ...protectionChecks(vms)];
};
