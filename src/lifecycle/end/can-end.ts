import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { forgetsOf } from '../timers/presign-forgets.ts';

/** Tells whether this home can end the VM: it holds the account's key, or FORGETs that were signed with it before. */
export const canEnd = (context: Pick<ChangeContext, 'keys' | 'network'>, ledger: Pick<LedgerReader, 'signedFor'>, vm: VmRecord): boolean =>
  forgetsOf(ledger, vm.id).length > 0 ||
  context.keys.list().some(({ address, network }) => address === vm.account && network === context.network);
