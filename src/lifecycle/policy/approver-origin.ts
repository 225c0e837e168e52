import type { RootPolicy } from '../../domain/limits/root-policy.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { PolicyInForce } from './policy-in-force.ts';

/** Who named the approver in force, and when. */
export interface ApproverOrigin {
  by: 'machine' | 'terminal' | 'approver';
  /** ms; null where the machine's own policy names it. */
  at: number | null;
  /** The same in a sentence, with the way back from an approver that should not be one. */
  says: string;
}

const wayBack =
  "It gives way by its own signature (policy approver remove); where its key is lost, or is not yours, root's own policy (/etc/aleph-agent/policy.json) names another and overrules it.";

/** Returns who named the approver in force; null where a person at a terminal approves. */
export const approverOrigin = ({ approver, history }: PolicyInForce, root: RootPolicy | null): ApproverOrigin | null => {
  if (approver === null) return null;
  if (root !== null && root.approver !== null) {
    return { by: 'machine', at: null, says: `Root named it in ${root.path}, which overrules the ledger; only root changes that.` };
  }
  const { effect, by } = history.since ?? { effect: null, by: null };
  const at = effect?.at ?? null;
  const when = at === null ? '' : ` at ${formatInstant(at)} (row ${effect?.seq} of the audit trail)`;
  if (by !== null) return { by: 'approver', at, says: `Its predecessor ${by} signed that it takes over${when}. ${wayBack}` };
  return { by: 'terminal', at, says: `It was set on this machine${when}, by a person at a terminal or by what typed there. ${wayBack}` };
};
