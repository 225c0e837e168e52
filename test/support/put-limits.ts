import type { OpenLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { openSignatures } from '../../src/adapters/signatures/open-signatures.ts';
import { defaultLimits, type Limits } from '../../src/domain/limits/limits.ts';
import { putPolicyRow } from '../../src/lifecycle/governance/put-policy-row.ts';
import { policyInForce } from '../../src/lifecycle/policy/policy-in-force.ts';
import { seededRandom } from './test-context.ts';

/** Raising limits is a person's act at a terminal, which a test has not: the policy is written as that act leaves it. */
export const putLimits = (ledger: Pick<OpenLedger, 'write'>, account: string, limits: Partial<Limits>): void => {
  const context = {
    clock: { now: () => 0, wait: async () => {} },
    random: seededRandom(1),
    caller: { agent: null, sshKey: null, task: null, payer: null, namePrefix: null, person: true, purpose: null },
    signatures: openSignatures(),
    rootPolicy: () => null,
    networkId: null,
  };
  ledger.write('policy.set', (transaction) => {
    const { row, next } = policyInForce(transaction, { account, network: 'devnet' }, context);
    putPolicyRow(context, transaction, { ...row, version: next, limits: { ...defaultLimits, ...limits }, setBy: 'person' });
  });
};
