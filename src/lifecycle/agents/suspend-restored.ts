import { type AgentRecord, isLetIn } from '../../domain/agents/agent-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Ledger, LedgerTransaction } from '../../ports/ledger.ts';
import { voidAll } from '../approvals/void-approvals.ts';
import { suspendAll } from './put-out.ts';

interface Scope {
  account: string;
  network: string;
}

/** Each account and network once. */
const distinct = (rows: readonly Scope[]): Scope[] => [
  ...new Map(rows.map(({ account, network }) => [`${network} ${account}`, { account, network }])).values(),
];

/**
 * This call, made on that network. A network whose time is not known here tells none: its rows are stamped as its newest one is, because a row
 * from later than its clock would stop all spending there.
 */
const onNetwork = (context: ChangeContext, transaction: LedgerTransaction, network: string): ChangeContext => {
  const known = network === context.network && context.networkId !== null;
  const newest = known ? null : transaction.newestAt(network);
  return { ...context, network, clock: newest === null ? context.clock : { ...context.clock, now: () => newest } };
};

/**
 * Suspends every agent of a ledger that comes from a backup, whatever account it belongs to, and voids what waits or was granted: since then
 * agents may have been put out, and approvals used. A person resumes each agent.
 */
export const suspendRestored = (context: ChangeContext, ledger: Ledger): { suspended: AgentRecord[]; voided: number } =>
  ledger.write('agents.set', (transaction) => {
    const suspended = transaction.agents().filter(isLetIn);
    const open = (['pending', 'granted'] as const).flatMap((state) => transaction.approvals({ state }));
    let voided = 0;
    for (const scope of distinct([...suspended, ...open])) {
      const there = onNetwork(context, transaction, scope.network);
      voided += voidAll(there, transaction, scope);
      suspendAll(there, transaction, scope);
    }
    return { suspended, voided };
  });
