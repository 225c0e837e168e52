import type { Wallet } from 'ethers';
import { openSignatures } from '../../../src/adapters/signatures/open-signatures.ts';
import { sealMessage } from '../../../src/domain/approval/policy-seal.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { putPolicyRow } from '../../../src/lifecycle/governance/put-policy-row.ts';
import type { AnyDevnet, AnyHome } from '../devnet/devnet-process.ts';
import { seededRandom } from '../test-context.ts';
import { addressOf, signedBy } from './approver.ts';

/** Setting the first approver is a person's act at a terminal, which a test has not: the row is written as that act and the first seal leave it. */
export const sealHome = async (home: AnyHome, wallet: Wallet, devnet: Pick<AnyDevnet, 'id' | 'now'>): Promise<void> => {
  const now = await devnet.now();
  const networkId = devnet.id;
  const policy = {
    network: 'devnet',
    account: home.address,
    version: 1,
    limits: defaultLimits,
    authorisedAt: 0,
    acknowledgedBalance: 5_000_000n,
    approver: addressOf(wallet),
    setAt: now,
    setBy: 'approver' as const,
    overlay: {},
    tasks: {},
    overlayTasks: {},
    agents: {},
    overlayAgents: {},
  };
  const terms = { nonce: `0x${'7'.repeat(64)}`, issuedAt: now, expiresAt: now + 1000, previous: '0'.repeat(64), thawed: 0, networkId };
  const data = sealMessage(policy, terms);
  const seal = { ...terms, signature: await signedBy(wallet, data) };
  const signatures = openSignatures();
  await signatures.prepare();
  if (signatures.signerOf(data, seal.signature) !== policy.approver) throw new Error('the seal does not fit');
  const context = {
    clock: { now: () => now, wait: async () => {} },
    random: seededRandom(1),
    caller: { agent: null, sshKey: null, task: null, payer: null, namePrefix: null, person: true, purpose: null },
    signatures,
    rootPolicy: () => null,
  };
  home.ledger((ledger) => ledger.write('policy.set', (transaction) => putPolicyRow(context, transaction, { ...policy, seal })));
};
