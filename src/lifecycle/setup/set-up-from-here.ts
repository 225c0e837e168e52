import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { reachableVm } from '../reach/reachable-vm.ts';
import type { Setup } from './read-setup.ts';
import { runSetup, succeeded, timeForSetup } from './run-setup.ts';
import type { SetupOutcome } from './setup-standing.ts';

interface Made extends Pick<VmRecord, 'state'> {
  id: string;
  usdPerHour: string;
}

/**
 * Runs the setup script in a VM of the safe that this home has joined, over this side's own SSH: the safe reads no file of an agent, and
 * runs nothing of it. The VM itself keeps how the script ended, so that it runs once, whoever asks again. `SETUP_FAILED`, `STILL_WAITING` once
 * `deadline` (ms) has come, `HOST_KEY_CHANGED`, `VM_NOT_READY`.
 */
export const setUpFromHere = async (context: ChangeContext, made: Made, setup: Setup, deadline: number): Promise<SetupOutcome> => {
  const vm = { ...(await reachableVm(context, made.id)), state: made.state, usdPerHour: made.usdPerHour };
  return succeeded(vm, await runSetup(context, vm, setup, timeForSetup(context, vm, setup, deadline)));
};
