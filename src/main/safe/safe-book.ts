import type { OpenLedger } from '../../adapters/ledger/open-ledger.ts';
import { type AgentRecord, isLetIn } from '../../domain/agents/agent-record.ts';
import { secretHash } from '../../domain/agents/invitation.ts';
import { type Admitted, admissionTo, agentWithToken, join, networkInvitedTo, noInvitation } from '../../lifecycle/agents/join.ts';
import { noteRefusals } from '../../lifecycle/agents/note-refusals.ts';
import { isInhabited } from '../../lifecycle/policy/slice-in-force.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { AgentBook } from '../../surfaces/safe-door.ts';

/** Reads the safe's ledger as it is now. */
export type Reading = <Result>(read: (ledger: OpenLedger) => Result) => Result;

/** Does something in a context of its own on a network; null: the one in use. */
type InNetwork = <Result>(network: string | null, use: (context: ChangeContext) => Promise<Result>) => Promise<Result>;

/** For how long a policy that was read counts, ms, while nobody writes: the machine's own may have been changed meanwhile. */
const goodMs = 1000;

interface Read {
  version: number;
  at: number;
  admit: ReturnType<typeof admissionTo>;
}

/** The agents by the ledger as it is at each request: who is put out is out at once. The policy is read anew where anybody has written. */
export const bookOf = (reading: Reading, inNetwork: InNetwork, now: () => number): AgentBook => {
  const policies = new Map<string, Read>();
  const admission = ({ network, account }: AgentRecord): Read['admit'] => {
    const key = `${network} ${account}`;
    const version = reading((ledger) => ledger.version());
    const before = policies.get(key);
    if (before !== undefined && before.version === version && now() - before.at < goodMs) return before.admit;
    const admit = inNetwork(network, (context) => admissionTo(context, account));
    policies.set(key, { version, at: now(), admit });
    admit.catch(() => policies.delete(key));
    return admit;
  };
  const admitted = async (row: AgentRecord): Promise<Admitted> => (await admission(row))(row);
  return {
    admitted: async (token) => {
      const row = reading((ledger) => agentWithToken(ledger, token));
      return row === null ? null : admitted(row);
    },
    join: async (given) => {
      const network = reading((ledger) => networkInvitedTo(ledger, given.code));
      // a guess opens nothing
      if (network === null) throw noInvitation();
      return admitted(await inNetwork(network, (context) => join(context, given)));
    },
    letIn: () => {
      const rows = reading((ledger) => ledger.agents()).filter(isLetIn);
      const names = new Set(rows.map(({ name }) => name));
      const isIn = ({ parent, operation }: AgentRecord): boolean =>
        parent === null || (names.has(parent) && reading((ledger) => isInhabited(ledger, operation)));
      const tokens = new Set(rows.filter(isIn).map(({ token }) => token));
      return (token) => tokens.has(secretHash(token));
    },
    async refused({ agents, strangers }) {
      const rows = reading((ledger) => ledger.agents());
      // who is nobody's agent is written down with those of the first account
      for (const [place, { account, network }] of accountsOf(rows).entries()) {
        const own = new Map([...agents].filter(([name]) => rows.some((row) => row.name === name && row.account === account)));
        const noted = { agents: own, strangers: place === 0 ? strangers : 0 };
        if (own.size > 0 || noted.strangers > 0) await inNetwork(network, (context) => noteRefusals(context, account, noted));
      }
    },
  };
};

/** The accounts of these agents, each with the network of the first of them. */
const accountsOf = (rows: readonly AgentRecord[]): AgentRecord[] =>
  [...new Map([...rows].reverse().map((row) => [row.account, row])).values()].reverse();
