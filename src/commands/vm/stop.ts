import { formatInstant } from '../../domain/instant.ts';
import { stopVm } from '../../lifecycle/stop-vm.ts';
import { operated, planOperation } from './operated.ts';

export default operated({
  name: 'vm stop',
  summary: 'Stop a VM; it bills on until it is destroyed',
  safety: 'change',
  failures: [],
  example: { line: 'vm stop ci', why: 'keep the disk; the price stays' },
  plan: planOperation('vm stop', (vm) => `Stop ${vm}; it bills on.`),
  async apply(context, { subject }) {
    const done = await stopVm(context, subject.id);
    const until = formatInstant(done.vm.expiresAt);
    context.warn('BILLS_ON', `${done.vm.name} costs as much stopped as running, until ${until}; only vm destroy ends that.`);
    return done;
  },
  next: (vm) => [
    { command: `aleph-agent vm start ${vm}`, why: 'run it again' },
    { command: `aleph-agent vm destroy ${vm}`, why: 'stop paying' },
  ],
});
