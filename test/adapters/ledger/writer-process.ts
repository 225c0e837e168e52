import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import type { EffectPoint } from '../../../src/domain/ledger/effect-points.ts';
import { liveStates } from '../../../src/domain/ledger/vm-record.ts';
import { effectRow, operationRow, start, vmRow } from '../../conformance/ledger-rows.ts';

/** One process of many: `<path> <number> <most VMs> [before|after]`. Takes a slot where one is free; may be killed at its write. */
const [path, number, most, killed] = process.argv.slice(2) as [string, string, string, ('before' | 'after')?];

const crash = (_: EffectPoint, when: 'before' | 'after'): void => {
  if (when === killed) process.kill(process.pid, 'SIGKILL');
};

const ledger = openLedger({ path, now: () => start, crash });
const outcome = ledger.write('create.hold', (transaction) => {
  const id = `op_${number}`;
  const free = transaction.vms({ states: liveStates }).length < Number(most);
  transaction.insertOperation(operationRow({ id, state: free ? 'running' : 'failed' }));
  if (free) transaction.insertVm(vmRow(Number(number), { operation: id }));
  transaction.recordEffect({ ...effectRow, operation: id, outcome: free ? 'held' : 'refused' });
  return free ? 'held' : 'refused';
});
process.stdout.write(outcome);
