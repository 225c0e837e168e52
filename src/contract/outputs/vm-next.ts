import type { Hint } from '../declare/command.ts';
import type { VmOutput } from './vm-output.ts';

/** What one does next with a VM in this state. Nothing is done with one that is gone. */
export const vmNext = ({ name, state }: Pick<VmOutput, 'name' | 'state'>): Hint[] => {
  const destroy = { command: `aleph-agent vm destroy ${name}`, why: 'stop paying' };
  switch (state) {
    case 'healthy':
      return [{ command: `aleph-agent vm exec ${name} -- uname -a`, why: 'run a command' }, destroy];
    case 'unreachable':
      return [{ command: `aleph-agent vm reboot ${name}`, why: 'bring it back' }, destroy];
    case 'stopped':
      return [{ command: `aleph-agent vm start ${name}`, why: 'it bills while it is stopped' }, destroy];
    case 'requested':
    case 'provisioning':
      return [{ command: `aleph-agent vm wait ${name}`, why: 'until it answers SSH' }];
    case 'stopping':
      return [{ command: `aleph-agent vm destroy ${name}`, why: 'go on with the teardown' }];
    default:
      return [];
  }
};
