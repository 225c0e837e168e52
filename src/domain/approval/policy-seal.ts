import { slicesText } from '../agents/slice.ts';
import type { PolicyRecord, PolicySealRecord } from '../ledger/ledger-records.ts';
import { limitsText, tasksText } from '../limits/stored-limits.ts';
import { usd } from '../money/money.ts';
import { digest } from '../text/canonical-json.ts';
import { formatInstant, isInstant } from '../text/instant.ts';
import { typedMessage } from './approval-types.ts';
import type { TypedData } from './typed-data.ts';

/** The parts of a policy version that a seal covers. The overlay is left out: it can only tighten the sealed limits. */
export type SealedPolicy = Pick<
  PolicyRecord,
  'network' | 'account' | 'version' | 'limits' | 'tasks' | 'agents' | 'authorisedAt' | 'acknowledgedBalance' | 'approver'
>;

/** A version without agents reads and hashes as those before there were any. */
const agentsOf = ({ agents }: Pick<SealedPolicy, 'agents'>): Partial<Pick<SealedPolicy, 'agents'>> =>
  Object.keys(agents).length === 0 ? {} : { agents };

/** SHA-256 of one policy version, its seal included: the seal of the next version names it as `previous`. */
export const policyDigest = (policy: SealedPolicy & Pick<PolicyRecord, 'seal'>): string =>
  digest({
    network: policy.network,
    account: policy.account.toLowerCase(),
    version: policy.version,
    limits: policy.limits,
    tasks: policy.tasks,
    ...agentsOf(policy),
    authorisedAt: policy.authorisedAt,
    acknowledgedBalance: policy.acknowledgedBalance,
    approver: policy.approver,
    seal: policy.seal?.signature ?? null,
  });

/** The message that an approver signs to put a policy version in force. It is made anew from the row whenever the policy is used. */
export const sealMessage = (policy: SealedPolicy, seal: Omit<PolicySealRecord, 'signature'>): TypedData =>
  typedMessage({ network: policy.network, networkId: seal.networkId ?? '' }, 'PolicySeal', {
    limits: [limitsText(policy.limits), tasksText(policy.tasks), slicesText(policy.agents)].filter((text) => text !== '').join('; '),
    acknowledgedUsd: policy.acknowledgedBalance === null ? 'none' : usd(policy.acknowledgedBalance),
    authorisedAt: policy.authorisedAt === 0 ? 'never' : formatInstant(policy.authorisedAt),
    network: policy.network,
    account: policy.account.toLowerCase(),
    payer: policy.account.toLowerCase(),
    approver: policy.approver ?? '',
    version: String(policy.version),
    limitsHash: `0x${digest({ limits: policy.limits, tasks: policy.tasks, ...agentsOf(policy) })}`,
    previous: `0x${seal.previous}`,
    thawed: String(seal.thawed),
    nonce: seal.nonce,
    issuedAt: formatInstant(seal.issuedAt),
    expiresAt: formatInstant(seal.expiresAt),
  });

/** Has a stored value the fields of a seal? Only verifying its signature tells whether the seal is good. */
export const isSeal = (stored: unknown): stored is PolicySealRecord => {
  if (typeof stored !== 'object' || stored === null) return false;
  const { signature, nonce, previous, issuedAt, expiresAt, thawed } = stored as Record<string, unknown>;
  const { networkId = '' } = stored as Record<string, unknown>;
  return (
    [signature, nonce, previous, networkId].every((text) => typeof text === 'string') && [issuedAt, expiresAt, thawed].every(isInstant)
  );
};
