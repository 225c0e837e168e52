import { startVm } from '../../lifecycle/operate/start-vm.ts';
import { operated, planOperation } from './operated.ts';

export default operated({
  name: 'vm start',
  summary: 'Start a stopped VM and wait for SSH',
  audience: 'agent',
  safety: 'change',
  failures: ['STILL_WAITING', 'CREDITS_SHORT'],
  example: { line: 'vm start ci --timeout 5m', why: 'until it answers SSH' },
  plan: planOperation('vm start', (vm) => `Start ${vm}.`),
  apply: (context, { subject }) => startVm(context, subject.id),
});
