import type { PolicyRecord, PolicySealRecord } from '../ledger/ledger-records.ts';
import { limitsText, tasksText } from '../limits/stored-limits.ts';
import { usd } from '../money/money.ts';
import { digest } from '../text/canonical-json.ts';
import { formatInstant, isInstant } from '../text/instant.ts';
import { typedMessage } from './approval-types.ts';
import type { TypedData } from './typed-data.ts';

/** What a version of the policy says, as it is sealed. The overlay is none of it: it can only tighten. */
export type SealedPolicy = Pick<
  PolicyRecord,
  'network' | 'account' | 'version' | 'limits' | 'tasks' | 'authorisedAt' | 'acknowledgedBalance' | 'approver'
>;

/** Names one version of the policy, the seal included: the next seal is given over it. */
export const policyDigest = (policy: SealedPolicy & Pick<PolicyRecord, 'seal'>): string =>
  digest({
    network: policy.network,
    account: policy.account.toLowerCase(),
    version: policy.version,
    limits: policy.limits,
    tasks: policy.tasks,
    authorisedAt: policy.authorisedAt,
    acknowledgedBalance: policy.acknowledgedBalance,
    approver: policy.approver,
    seal: policy.seal?.signature ?? null,
  });

/** What an approver signs to put a version of the policy in force; made again from the row whenever the policy is used. */
export const sealMessage = (policy: SealedPolicy, seal: Omit<PolicySealRecord, 'signature'>): TypedData =>
  typedMessage(policy.network, 'PolicySeal', {
    limits: [limitsText(policy.limits), tasksText(policy.tasks)].filter((text) => text !== '').join('; '),
    acknowledgedUsd: policy.acknowledgedBalance === null ? 'none' : usd(policy.acknowledgedBalance),
    authorisedAt: policy.authorisedAt === 0 ? 'never' : formatInstant(policy.authorisedAt),
    network: policy.network,
    account: policy.account.toLowerCase(),
    payer: policy.account.toLowerCase(),
    approver: policy.approver ?? '',
    version: String(policy.version),
    limitsHash: `0x${digest({ limits: policy.limits, tasks: policy.tasks })}`,
    previous: `0x${seal.previous}`,
    thawed: String(seal.thawed),
    nonce: seal.nonce,
    issuedAt: formatInstant(seal.issuedAt),
    expiresAt: formatInstant(seal.expiresAt),
  });

/** Whether a stored seal has the shape of one; what it is worth, the signature says. */
export const isSeal = (stored: unknown): stored is PolicySealRecord => {
  if (typeof stored !== 'object' || stored === null) return false;
  const { signature, nonce, previous, issuedAt, expiresAt, thawed } = stored as Record<string, unknown>;
  return [signature, nonce, previous].every((text) => typeof text === 'string') && [issuedAt, expiresAt, thawed].every(isInstant);
};
