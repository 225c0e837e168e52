import { planReinstall } from '../../lifecycle/operate/plan-reinstall.ts';
import { reinstallVm } from '../../lifecycle/operate/reboot-vm.ts';
import { operated } from './operated.ts';

export default operated({
  name: 'vm reinstall',
  summary: "Rebuild a VM's disk from its image; needs approval",
  audience: 'agent',
  safety: 'destroy',
  failures: ['APPROVAL_NEEDED', 'STILL_WAITING'],
  example: { line: 'vm reinstall ci --dry-run', why: 'what would be lost' },
  plan: planReinstall,
  apply: reinstallVm,
});
