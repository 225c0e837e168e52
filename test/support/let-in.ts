import type { OpenLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { openSignatures } from '../../src/adapters/signatures/open-signatures.ts';
import type { Slice } from '../../src/domain/agents/slice.ts';
import { putPolicyRow } from '../../src/lifecycle/governance/put-policy-row.ts';
import { policyInForce } from '../../src/lifecycle/policy/policy-in-force.ts';
import { seededRandom } from './test-context.ts';

interface Wish {
  account: string;
  now: number;
  limits?: Partial<Slice['limits']>;
  until?: number | null;
}

/** Lets an agent in as the owner at a terminal does, who is not there in a test: with its slice, 1 USD where nothing else is said, and joined. */
export const letIn = (ledger: OpenLedger, name: string, wish: Wish): void => letManyIn(ledger, [name], wish);

/** Lets many in by one version of the policy. */
export const letManyIn = (ledger: OpenLedger, names: readonly string[], { account, now, limits = {}, until = null }: Wish): void => {
  const context = {
    clock: { now: () => now, wait: async () => {} },
    random: seededRandom(1),
    caller: { agent: null, sshKey: null, task: null, payer: null, namePrefix: null, person: true, purpose: null },
    signatures: openSignatures(),
    rootPolicy: () => null,
    networkId: null,
  };
  const slice: Slice = {
    limits: { maxTotalCredits: '1000000', ...limits },
    payer: account,
    since: now,
    until,
    commands: [],
    exec: false,
    terms: false,
  };
  const joined = {
    network: 'devnet',
    account,
    invitation: null,
    invitedUntil: null,
    addedAt: now,
    parent: null,
    slice: null,
    operation: null,
  };
  const slices = Object.fromEntries(names.map((name) => [name, slice]));
  ledger.write('policy.set', (transaction) => {
    const { row, next } = policyInForce(transaction, { account, network: 'devnet' }, context);
    putPolicyRow(context, transaction, { ...row, version: next, agents: { ...row.agents, ...slices }, setBy: 'person' });
    for (const name of names) {
      transaction.putAgent({ ...joined, name, token: `${name} token`, joinedAt: now, suspendedAt: null, revokedAt: null });
    }
  });
};
