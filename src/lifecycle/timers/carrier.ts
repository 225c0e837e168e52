import { endVmScript, scriptDigest } from '../../domain/ending/end-vm-script.ts';
import { limitOf } from '../../domain/ending/enforcer.ts';
import { readCarried } from '../../domain/ending/guest-timer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { vmCalled } from '../operation/vm-called.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { presigned } from './presign-forgets.ts';

const carried: readonly VmRecord['state'][] = ['requested', 'provisioning', 'healthy', 'unreachable', 'stopped'];

const liveVm = async (context: ChangeContext, reference: string): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, reference);
  if (carried.includes(vm.state)) return vm;
  throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}: there is nothing left to end.`, {
    facts: { id: shortId(vm.id), state: vm.state },
  });
};

/**
 * Exports the script that ends this VM, for any other machine that is always on. The carrier is recorded, but counts as an enforcer only
 * once `confirmCarrier` saw the script there.
 */
export const exportCarrier = async (
  context: ChangeContext,
  reference: string,
): Promise<{ vm: VmRecord; script: string; limitAt: number }> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const vm = await liveVm(context, reference);
  const forgets = await presigned(context, vm);
  const { limits } = await readPolicy(context, vm.account);
  const { expiresAt } = vm;
  const limitAt = limitOf(vm, limits.maxTtlSeconds);
  const script = endVmScript({ vm: vm.id, account: vm.account, expiresAt, limitAt, hosts: cloud.hosts, forgets, where: 'carrier' });
  const digest = scriptDigest(script);
  ledger.write('enforcer.seen', (transaction) => {
    const meant = { expiresAt, limitAt, digest };
    transaction.putEnforcer({
      network: vm.network,
      subject: vm.id,
      kind: 'carrier',
      state: 'armed',
      ...meant,
      problem: null,
      verifiedAt: null,
    });
    auditVm(context, transaction, 'enforcer.seen', vm, { outcome: 'exported', facts: { digest: shortId(digest) } });
  });
  return { vm, script, limitAt };
};

/**
 * Takes the output of `sh FILE check` on the other machine as proof that the script is there. `CARRIER_UNKNOWN` where it is not the script
 * that was exported last.
 */
export const confirmCarrier = async (context: ChangeContext, reference: string, said: string): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const vm = await liveVm(context, reference);
  const [row] = ledger.enforcers({ network: vm.network, subject: vm.id, kind: 'carrier' });
  if (row === undefined || row.digest === null || readCarried(said) !== row.digest) {
    throw new Failure('CARRIER_UNKNOWN', `That is not the script that was last exported for VM ${vm.name}.`, {
      fix: agent('Export it again, and take that one over.', 'gc carrier export', vm.name, { out: 'FILE' }),
      facts: { id: shortId(vm.id) },
    });
  }
  ledger.write('enforcer.seen', (transaction) => {
    transaction.putEnforcer({ ...row, verifiedAt: context.clock.now() });
    auditVm(context, transaction, 'enforcer.seen', vm, { outcome: 'confirmed' });
  });
  return vm;
};
