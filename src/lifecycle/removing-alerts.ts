import type { Alert } from '../domain/alert.ts';
import { Exact } from '../domain/exact.ts';
import { Failure } from '../domain/failure.ts';
import { formatInstant } from '../domain/instant.ts';
import { usd, usdPerHour } from '../domain/money.ts';
import type { VmRecord } from '../domain/vm-record.ts';
import type { ReadContext } from '../ports/context.ts';
import { type AccountStanding, accountStanding } from './account-standing.ts';

/** The network deletes what it is removing at its next daily pass (protocol-ccn.md §5.8). */
const graceMs = 24 * 3600_000;

/** VMs that the network is removing because the account holds less than a day of its burn, with the sum that saves them. */
export const removingAlerts = async (context: ReadContext, account: string, vms: readonly VmRecord[]): Promise<Alert[]> => {
  const cloud = await context.cloud();
  const words = await Promise.all(vms.map(({ id }) => cloud.statusOf(id)));
  const removing = vms.filter((_, index) => words[index]!.some(({ status }) => status === 'removing'));
  if (removing.length === 0) return [];
  const standing = await accountStanding(context, account).catch((problem: unknown) => {
    if (problem instanceof Failure) return null;
    throw problem;
  });
  return removing.map((vm) => alertOf(context, account, vm, standing));
};

const alertOf = (context: ReadContext, account: string, vm: VmRecord, standing: AccountStanding | null): Alert => {
  const missing = standing === null ? null : standing.reserve - standing.balance.credits;
  const sum = missing === null ? 'credits for 24 h of the whole burn' : `${usd(missing > 0n ? missing : 0n)} USD of credits`;
  const latest = formatInstant(context.clock.now() + graceMs);
  return {
    code: 'VM_REMOVING',
    vm: vm.id,
    message: `The network is removing VM ${vm.name} for want of credits: ${sum} sent to ${account} save it, at once rather than by ${latest}, when it is gone for good.`,
    facts: {
      id: vm.id.slice(0, 12),
      name: vm.name,
      account,
      missingUsd: missing === null ? null : usd(missing > 0n ? missing : 0n),
      balanceUsd: standing === null ? null : usd(standing.balance.credits),
      goneAtTheLatest: latest,
      usdPerHour: usdPerHour(new Exact(vm.rate)),
    },
  };
};
