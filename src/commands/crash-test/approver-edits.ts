import type { Edit } from './edits.ts';

/** 0.2280 USD, where a person is asked above 0.10. */
export const big = 'vm create big --cu 4 --ttl 4h --no-wait';
/** A little less than that, so that another signature fits it. */
export const other = 'vm create other --cu 4 --ttl 3h --no-wait';
export const small = 'vm create small --ttl 1h --no-wait';

export const grantByHand =
  "UPDATE approvals SET state = 'granted', decidedBy = 'terminal', decidedAt = requestedAt WHERE state = 'pending'";

interface Forged {
  approval: string;
  approver: string;
  /** Whom the agent would have for it, and what that one signed. */
  own: string;
  signature: string;
}

/** What somebody with an editor does about an approval that waits for the approver's signature. */
export const editsOfApprover = ({ approval, approver, own, signature }: Forged): readonly Edit[] => {
  const signedAs = (by: string): string =>
    `UPDATE approvals SET state = 'granted', decidedBy = '${by.toLowerCase()}', decidedAt = requestedAt, signature = '${signature}' WHERE id = '${approval}'`;
  return [
    { does: 'granted by hand', statements: [grantByHand], line: big, expects: ['APPROVAL_NEEDED'] },
    { does: "its own signature under the approver's name", statements: [signedAs(approver)], line: big, expects: ['APPROVAL_NEEDED'] },
    {
      does: 'granted by hand, the approver taken out of the policy',
      statements: [grantByHand, 'UPDATE policies SET approver = NULL, seal = NULL'],
      line: big,
      expects: ['POLICY_UNSEALED'],
    },
    {
      does: 'its own signature, itself the approver in the policy',
      statements: [signedAs(own), `UPDATE policies SET approver = '${own.toLowerCase()}'`],
      line: big,
      expects: ['POLICY_UNSEALED'],
    },
  ];
};

/** A freeze in an editor. */
export const editsOfFreeze: readonly Edit[] = [
  { does: 'the freeze deleted', statements: ['DELETE FROM freezes'], line: small, expects: ['FROZEN'] },
  { does: 'the freeze turned into a thaw', statements: ['UPDATE freezes SET frozen = 0'], line: small, expects: ['FROZEN'] },
];

/** The expiry that an extension asks for, ten hours later than it was asked for. */
export const laterExpiry = (approval: string): string => {
  const path = "'$.subject.to.expiresAt'";
  return `UPDATE approvals SET plan = json_replace(plan, ${path}, json_extract(plan, ${path}) + 36000000) WHERE id = '${approval}' AND json_extract(plan, ${path}) > 0`;
};
