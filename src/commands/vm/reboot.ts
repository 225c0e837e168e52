import { rebootVm } from '../../lifecycle/operate/reboot-vm.ts';
import { operated, planOperation } from './operated.ts';

export default operated({
  name: 'vm reboot',
  summary: 'Restart a running VM and wait for SSH',
  audience: 'agent',
  safety: 'change',
  failures: ['STILL_WAITING'],
  example: { line: 'vm reboot ci', why: 'when it hangs' },
  plan: planOperation('vm reboot', (vm) => `Restart ${vm}.`),
  apply: (context, { subject }) => rebootVm(context, subject.id),
});
