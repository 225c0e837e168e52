import { hint } from '../../contract/declare/hint.ts';
import { stopVm } from '../../lifecycle/operate/stop-vm.ts';
import { warnOfTtl } from '../../lifecycle/timers/warn-of-ttl.ts';
import { operated, planOperation } from './operated.ts';

export default operated({
  name: 'vm stop',
  summary: 'Stop a VM; it keeps billing until it is destroyed',
  audience: 'agent',
  safety: 'change',
  failures: [],
  example: { line: 'vm stop ci', why: 'keep the disk; the price stays' },
  plan: planOperation('vm stop', (vm) => `Stop ${vm}; it bills on.`),
  async apply(context, { subject }) {
    const done = await stopVm(context, subject.id);
    context.warn('BILLS_ON', `${done.vm.name} costs as much stopped as running; only vm destroy, or its expiry, ends that.`);
    warnOfTtl(context, await context.ledger(), done.vm);
    return done;
  },
  next: (vm) => [hint('run it again', 'vm start', vm), hint('stop paying', 'vm destroy', vm)],
});
