import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';

/** The failure of a call whose time for waiting is over while its VM is under way; it says what the VM may cost meanwhile. */
export const stillWaiting = (vm: VmRecord): Failure =>
  new Failure('STILL_WAITING', said(vm), {
    sideEffects: 'partial',
    exposureUsdPerHour: usdPerHour(new Exact(vm.rate)),
    fix: agent('Go on waiting.', 'vm wait', vm.name),
    facts: { id: shortId(vm.id), name: vm.name, state: vm.state },
  });

const said = ({ name, state }: VmRecord): string =>
  state === 'requested'
    ? `No CCN host has yet said what became of the INSTANCE message of VM ${name}: the VM may run and bill.`
    : `VM ${name} is ${state}; it continues in the background.`;
