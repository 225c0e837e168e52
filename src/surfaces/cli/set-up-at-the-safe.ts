import { toSetup } from '../../contract/fields/setup-fields.ts';
import { vmOutput } from '../../contract/outputs/vm-output.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { deadlineOf } from '../../lifecycle/operation/deadline-of.ts';
import { readSetup } from '../../lifecycle/setup/read-setup.ts';
import { withSetup } from '../../lifecycle/setup/set-up.ts';
import { setUpFromHere } from '../../lifecycle/setup/set-up-from-here.ts';
import type { Executed } from '../execute.ts';
import type { Calling } from './at-the-safe.ts';

/** What of a VM, as `vm create` and `vm wait` answer with it, counts here. */
const madeVm = vmOutput.pick({ id: true, name: true, state: true, usdPerHour: true }).loose();

interface SettingUp {
  /** As it was named. */
  file: string;
  waits: boolean;
  /** Makes the call itself. */
  ask(): Promise<Executed>;
}

/**
 * A call at the safe that brings a setup script: the script is read here, and once the VM is healthy it runs over this side's own SSH. The safe
 * learns nothing of it.
 */
export const setUpAtSafe = async ({ open, selection, warn }: Calling, { file, waits, ask }: SettingUp): Promise<Executed> => {
  if (!waits) throw new Failure('USAGE', '--setup runs once the VM is healthy: leave --no-wait out.', { sideEffects: 'none' });
  const contexts = open();
  try {
    const context = await contexts.change();
    const deadline = deadlineOf(context);
    const setup = (await readSetup(context, file))!;
    const executed = await ask().catch((thrown: unknown) => {
      throw withSetup(thrown, setup);
    });
    if (executed.kind !== 'result' || selection.dryRun) return executed;
    const vm = madeVm.parse(executed.data);
    const { state } = vm;
    if (state !== 'healthy' && state !== 'unreachable') {
      warn('SETUP_NOT_RUN', `No end of the setup script of VM ${vm.name} is known: vm wait --setup FILE runs it.`);
      return { ...executed, data: { ...vm, setup: null } };
    }
    return { ...executed, data: { ...vm, setup: toSetup(await setUpFromHere(context, { ...vm, state }, setup, deadline)) } };
  } finally {
    await contexts.close();
  }
};
