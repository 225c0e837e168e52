import { liveStates, otherPayer, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Expense } from '../../ports/network/accounts.ts';
import type { Parties } from '../operation/grant-of.ts';
import { payerIn } from './account-rows.ts';

/** The network posts expenses late: a hold is final once no new row came for this long (product.md §1 rule 2). */
const quietMs = 26 * 3600_000;

/**
 * Stores the network's expense history in the ledger and replaces holds by what was billed: an ended VM is settled once no row of it has
 * come for 26 h. Settled is a flag on the row, not a state. Goes through the history of every account that pays for VMs of this one. Returns
 * how many expense rows were new.
 */
export const settleCosts = async (context: ChangeContext, account: string): Promise<number> => {
  const ledger = await context.ledger();
  const open = ledger.vms({ account, network: context.network, unsettled: true });
  const payers = [...new Set([account, ...open.map((vm) => payerIn(ledger, vm))])];
  let rows = 0;
  for (const payer of payers) {
    rows += await settleOf(
      context,
      { account, payer },
      open.filter((vm) => payerIn(ledger, vm) === payer),
    );
  }
  return rows;
};

const settleOf = async (context: ChangeContext, { account, payer }: Parties, open: readonly VmRecord[]): Promise<number> => {
  const ledger = await context.ledger();
  const scope = { account: payer, network: context.network };
  // A ledger without any expense row takes in the whole history: what a lost ledger knew of past spending comes back.
  const whole = ledger.expenses(scope).length === 0;
  if (open.length === 0 && !whole) return 0;
  const since = whole ? 0 : Math.min(...open.map((vm) => vm.signedAt));
  const startedAt = context.clock.now();
  const expenses = await (await context.cloud()).accounts.expenses(payer, since);
  const kept = ledger.expenses({ ...scope, since });
  const known = new Set(kept.map(({ ref }) => ref));
  const fresh = expenses.filter(({ ref }) => !known.has(ref));
  const now = context.clock.now();
  // Stored rows count beside the new answer: credits billed once stay billed, whatever a host later leaves out of its history.
  const changes = open.map((vm) => settled(vm, [...kept, ...fresh], now)).filter((change) => change !== null);
  if (fresh.length === 0 && changes.length === 0) return 0;
  ledger.write('settle.expenses', (transaction) => {
    transaction.insertExpenses(scope, fresh);
    for (const { id, patch } of changes) transaction.updateVm(id, { ...patch, updatedAt: now });
    transaction.recordEffect({
      at: now,
      point: 'settle.expenses',
      network: context.network,
      account,
      agent: null,
      task: null,
      operation: null,
      vm: null,
      outcome: 'settled',
      credits: fresh.reduce((sum, row) => sum + row.credits, 0n),
      latencyMs: now - startedAt,
      facts: { rows: fresh.length, vms: changes.length, ...otherPayer({ account, payer }) },
    });
  });
  return fresh.length;
};

const settled = (vm: VmRecord, expenses: readonly Expense[], now: number): { id: string; patch: Partial<VmRecord> } | null => {
  const rows = expenses.filter((row) => row.vm === vm.id);
  const billed = rows.reduce((sum, row) => sum + row.credits, 0n);
  const billedAt = billed === vm.billed ? vm.billedAt : now;
  const quietSince = Math.max(vm.terminatedAt ?? now, billedAt ?? 0);
  const isSettled = !liveStates.includes(vm.state) && vm.state !== 'dormant' && now - quietSince >= quietMs;
  if (billed === vm.billed && !isSettled) return null;
  const hold = isSettled || billed > vm.hold ? billed : vm.hold;
  return { id: vm.id, patch: { billed, billedAt, settled: isSettled, hold } };
};
