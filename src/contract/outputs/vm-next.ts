import type { Hint } from '../declare/command.ts';
import { hint } from '../declare/hint.ts';
import type { VmOutput } from './vm-output.ts';

/** The next steps for a VM in this state; none for a VM that is gone. */
export const vmNext = ({ name, state }: Pick<VmOutput, 'name' | 'state'>): Hint[] => {
  const destroy = hint('stop paying', 'vm destroy', name);
  switch (state) {
    case 'healthy':
      return [hint('run a command', 'vm exec', name, '--', 'uname', '-a'), destroy];
    case 'unreachable':
      return [hint('bring it back', 'vm reboot', name), destroy];
    case 'stopped':
      return [hint('it bills while it is stopped', 'vm start', name), destroy];
    case 'requested':
    case 'provisioning':
      return [hint('until it answers SSH', 'vm wait', name)];
    case 'stopping':
      return [hint('go on with the teardown', 'vm destroy', name)];
    default:
      return [];
  }
};
