import type { ChangeContext } from '../ports/context.ts';

/** Stops creation and extension for every account of this network, in every process, from this transaction on. Anybody may. Gives its number. */
export const freeze = async (context: ChangeContext, account: string): Promise<number> => {
  const { network, caller } = context;
  const ledger = await context.ledger();
  return ledger.write('freeze.set', (transaction) => {
    const at = context.clock.now();
    const seq = transaction.insertFreeze({ network, account: null, frozen: true, at, approval: null });
    transaction.recordEffect({
      at,
      point: 'freeze.set',
      network,
      account,
      task: caller.task,
      operation: null,
      vm: null,
      outcome: 'frozen',
      credits: null,
      latencyMs: null,
      facts: { freeze: seq },
    });
    return seq;
  });
};
