import type { Check } from '../failure/failure.ts';
import type { VmRecord } from '../ledger/vm-record.ts';

export type DestroyCheck = Check & { ok: boolean };

/** VMs destroyed within this time count as destroyed at once, across all calls. A loop that is slower is not caught. */
const atOnceMs = 60_000;

const asks = (of: string, ok: boolean, [figure, limit]: readonly [string, string], message: string): DestroyCheck => ({
  ok,
  code: 'APPROVAL_NEEDED',
  of,
  figure,
  limit,
  message,
});

const atOnce = (count: number, before: number, limit: number): DestroyCheck => {
  const earlier = before === 0 ? '' : `, ${before} of them within the last minute`;
  const message = `${count + before} VMs at once${earlier}; more than ${limit} need a person's approval.`;
  return asks('destroyAtOnce', count === 0 || count + before <= limit, [String(count + before), String(limit)], message);
};

/** Another task's VM is destroyed only with a person's approval. */
export const sameTask = (vm: VmRecord, task: string | null): DestroyCheck => {
  const ok = vm.task === null || vm.task === task;
  const caller = task === null ? 'you call for no task' : `you call for task ${task}`;
  const message = ok
    ? `VM ${vm.name} is of this task.`
    : `VM ${vm.name} belongs to task ${vm.task}, and ${caller} (who works on it says so: --task ${vm.task}).`;
  return { ...asks('task', ok, [vm.task ?? '', task ?? ''], message), subject: { of: 'task', vm: vm.id } };
};

/** A protected VM needs a person's approval, whatever was allowed before it was protected. */
export const protectionChecks = (vms: readonly VmRecord[]): DestroyCheck[] =>
  vms
    .filter((vm) => vm.protected)
    .map(({ name, id }) => ({
      ...asks('protected', false, [name, ''], `VM ${name} is protected.`),
      subject: { of: 'protection', vm: id },
    }));

/**
 * Did the person who approved a plan approve the end of this VM although it is protected? The subjects of the plan's failing checks tell.
 * Checks that version 0.1.0 stored have no subject; there only the sentence tells a protected VM from a task of the same name.
 */
export const agreedToEndProtected = (failing: readonly Check[], vm: VmRecord): boolean =>
  failing.some(({ code, figure, message, subject }) => {
    if (code !== 'APPROVAL_NEEDED') return false;
    if (subject !== undefined) return subject.of === 'protection' && subject.vm === vm.id;
    return figure === vm.name && message === `VM ${vm.name} is protected.`;
  });

/** The VMs that an order to destroy would end; those that are gone or on their way out need no approval again. */
export const endedBy = (vms: readonly VmRecord[]): VmRecord[] =>
  vms.filter(({ state }) => state !== 'stopping' && state !== 'terminated' && state !== 'dormant');

/** Are these VMs, with those that were destroyed within the last minute, more than are destroyed at once without a person? */
export const atOnceCheck = (
  vms: readonly VmRecord[],
  rows: readonly VmRecord[],
  { limit, now }: { limit: number; now: number },
): DestroyCheck => {
  const meant = new Set(vms.map(({ id }) => id));
  const before = rows.filter(
    ({ id, ending, stoppingAt }) => !meant.has(id) && ending === 'destroy' && stoppingAt !== null && now - stoppingAt < atOnceMs,
  );
  return atOnce(vms.length, before.length, limit);
};

/**
 * The reasons to ask a person before VMs are destroyed (conventions.md §4.6): too many within a minute across all calls, another task's VM,
 * a protected VM. `rows` are all VMs in the ledger for the network. Called for the plan, and again where the teardown begins.
 */
export const judgeDestroy = (
  vms: readonly VmRecord[],
  rows: readonly VmRecord[],
  { task, ...atOnceLimit }: { limit: number; task: string | null; now: number },
): DestroyCheck[] => [atOnceCheck(vms, rows, atOnceLimit), ...vms.map((vm) => sameTask(vm, task)), ...protectionChecks(vms)];
