import type { ChangeContext } from '../../ports/context.ts';
import { auditAccount } from '../trail/audit.ts';

/** What a safe refused since it was written down last. */
export interface NotedRefusals {
  /** Calls, by the names of an account's agents. */
  agents: ReadonlyMap<string, number>;
  /** Requests of nobody: tokens and invitations that the safe does not know. */
  strangers: number;
}

/** Writes down in one row what was refused to the agents of an account: which of them the most, and how much to all of them. */
export const noteRefusals = async (context: ChangeContext, account: string, { agents, strangers }: NotedRefusals): Promise<void> => {
  const ledger = await context.ledger();
  const [most] = [...agents].sort(([, a], [, b]) => b - a);
  const refused = [...agents.values()].reduce((sum, each) => sum + each, 0);
  const facts = { name: most?.[0] ?? '', refused, strangers };
  ledger.write('agents.set', (transaction) =>
    auditAccount(context, transaction, { point: 'agents.set', account, outcome: 'refused', facts }),
  );
};
