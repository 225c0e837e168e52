import { type AgentRecord, agentState } from '../../domain/agents/agent-record.ts';
import { secretHash } from '../../domain/agents/invitation.ts';
import type { Slice } from '../../domain/agents/slice.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { Alert } from '../../ports/host/alerts.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { alertOf } from '../alerts/find-alerts.ts';
import { raiseAlerts } from '../alerts/raise-alerts.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { policyInForce } from '../policy/policy-in-force.ts';
import { inhabitable, sliceOf } from '../policy/slice-in-force.ts';
import { setAgent } from './invite.ts';

/** An agent that is let in, with what it may do. */
export interface Admitted {
  row: AgentRecord;
  slice: Slice;
}

const refused = (message: string): Failure =>
  new Failure('AGENT_REFUSED', message, {
    sideEffects: 'none',
    fix: human('Ask the owner of the safe for a new invitation (agents rotate).'),
  });

/** The row of whoever has this token; null where no agent has it. */
export const agentWithToken = (ledger: Pick<LedgerReader, 'agents'>, token: string): AgentRecord | null =>
  ledger.agents({ token: secretHash(token) })[0] ?? null;

/** Lets agents of an account call, by the policy as it is now, or says why not: `AGENT_REFUSED` where one is suspended or revoked, or its time is over. */
export const admissionTo = async (context: ReadContext, account: string): Promise<(row: AgentRecord) => Admitted> => {
  await prepareSignatures(context);
  const ledger = await context.ledger();
  const policy = policyInForce(ledger, { account, network: context.network }, context);
  const now = context.clock.now();
  const scope = { network: context.network, account };
  const agents = new Map(ledger.agents(scope).map((row) => [row.name, row]));
  const live = ledger.vms({ ...scope, states: inhabitable });
  const rows = {
    agent: (name: string) => agents.get(name) ?? null,
    vms: ({ operation }: { operation: string }) => live.filter((vm) => vm.operation === operation),
  };
  return (row) => {
    const slice = sliceOf(rows, policy, row);
    const state = agentState(row, slice, now);
    if (slice === null || state !== 'joined') throw refused(`Agent ${row.name} is ${state}.`);
    return { row, slice };
  };
};

const unknown = 'There is no invitation like this.';

/** The refusal of a code that nobody was given. */
export const noInvitation = (): Failure => refused(unknown);

/** Somebody else has the invitation, too: whoever came first may be the wrong one. */
const joinedTwice = (context: ChangeContext, { name, account }: AgentRecord): Alert => ({
  ...alertOf(context, account)(
    'AGENT_JOINED_TWICE',
    null,
    `The invitation of agent ${name} was used a second time: where the first was not yours, rotate or revoke it.`,
  ),
  // so that one agent's own invitation takes no alert from another's
  agent: name,
});

/** A second use of an invitation is written down once in so long, ms: whoever has it fills no ledger with it. */
const againAfterMs = 60_000;

const isNoted = (context: ChangeContext, ledger: Pick<LedgerReader, 'effects'>, { name, account }: AgentRecord): boolean =>
  ledger
    .effects({ account, point: 'agents.set', since: context.clock.now() - againAfterMs })
    .some((effect) => effect.outcome === 'joined twice' && factsOf('agents.set', effect).name === name);

/** The network of whoever this invitation is for; null where there is none like it. */
export const networkInvitedTo = (ledger: Pick<LedgerReader, 'agents'>, code: string): string | null =>
  ledger.agents({ invitation: secretHash(code) })[0]?.network ?? null;

/**
 * Takes an agent in by the code of its invitation, once: the ledger keeps the hash of the token that the agent made. `AGENT_REFUSED` for a code
 * that is unknown, used or too old; a second use is written down, and the owner hears of it.
 */
export const join = async (context: ChangeContext, { code, token }: { code: string; token: string }): Promise<AgentRecord> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  // guesses never wait for the ledger's lock, nor keep others waiting for it
  if (networkInvitedTo(ledger, code) === null) throw noInvitation();
  await prepareSignatures(context);
  const outcome = ledger.write('agents.set', (transaction): { joined: AgentRecord } | { why: string; again: AgentRecord | null } => {
    const no = (why: string, again: AgentRecord | null = null) => ({ why, again });
    const [row] = transaction.agents({ invitation: secretHash(code) });
    if (row === undefined) return no(unknown);
    // whoever has both is the one that joined: its answer was lost
    if (row.token === secretHash(token) && row.revokedAt === null) return { joined: row };
    if (row.token !== null) {
      const used = `The invitation of agent ${row.name} was used already.`;
      if (isNoted(context, transaction, row)) return no(used);
      setAgent(context, transaction, row, 'joined twice');
      return no(used, row);
    }
    const policy = policyInForce(transaction, row, context);
    const isOver = (row.invitedUntil ?? 0) <= now || row.revokedAt !== null || sliceOf(transaction, policy, row) === null;
    if (isOver) return no(`The invitation of agent ${row.name} is no longer good.`);
    const joined: AgentRecord = { ...row, token: secretHash(token), joinedAt: now };
    setAgent(context, transaction, joined, 'joined');
    return { joined };
  });
  if ('joined' in outcome) return outcome.joined;
  if (outcome.again !== null) await raiseAlerts(context, [joinedTwice(context, outcome.again)]);
  throw refused(outcome.why);
};
