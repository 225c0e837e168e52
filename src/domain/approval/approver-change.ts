import { typedMessage } from './approval-types.ts';
import type { TypedData } from './typed-data.ts';

/** An approver's signed word that another address approves after it, as the audit trail keeps it: the ApproverChange's fields and the signature. */
export interface SignedChange {
  message: Readonly<Record<string, string>>;
  signature: string;
  /** The devnet that it was signed for; empty for other networks. */
  networkId: string;
}

/** What a row of the trail changes, and where: the signed word must be about exactly this. */
export interface ChangeOfApprover {
  network: string;
  account: string;
  from: string;
  /** null: nobody approves but a person at a terminal. */
  to: string | null;
  /** The policy version that the change puts in force. */
  version: number;
}

/** The address that stands for nobody. */
export const nobody = `0x${'0'.repeat(40)}`;

/** What the approver signed, made anew; null where its fields are not those of an ApproverChange for exactly this change. */
export const signedChangeOf = ({ message, networkId }: SignedChange, change: ChangeOfApprover): TypedData | null => {
  const { network, account, from, to, policyVersion } = message;
  const fits =
    network === change.network &&
    account === change.account.toLowerCase() &&
    from === change.from &&
    to === (change.to ?? nobody) &&
    Number(policyVersion) < change.version;
  if (!fits) return null;
  try {
    return typedMessage({ network: change.network, networkId }, 'ApproverChange', message);
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
};
