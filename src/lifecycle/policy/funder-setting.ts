import type { SignedChange } from '../../domain/approval/approver-change.ts';
import { signedFunderOf } from '../../domain/approval/funder-word.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import { parseInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isDatedBack } from './is-dated-back.ts';
import { namesApprover, type PolicyHistory, policyHistory, wasTakenBack } from './policy-history.ts';
import { isHere } from './signed-approval.ts';
import { trailBefore } from './trail-before.ts';

interface Setting {
  /** The address whose transfer of a quoted sum approves the request that quotes it; null: nobody's does. */
  funder: string | null;
  /** Rows that name a funder as nobody was entitled to, in sentences. They count for nothing. */
  doubts: readonly string[];
}

type Surroundings = Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId'>;

/**
 * Reads who may approve by funding. The machine's own policy names the funder where there is one. Otherwise the newest row of the trail
 * that counts does: one that takes the funder away, one that holds the word of the approver in force, given since it approves, or, where
 * nobody has approved since, one that a person set at a terminal. So a funder goes with the approver that named it, and no row that somebody
 * appends makes another. Rows that nobody was entitled to write are doubted until a funder is named anew.
 */
export const funderSetting = (
  ledger: LedgerReader,
  { account }: { account: string },
  { approver, context }: { approver: string | null; context: Surroundings },
): Setting => {
  const root = context.rootPolicy();
  if (root?.funder !== undefined) return { funder: root.funder, doubts: [] };
  if (root !== null && approver === null) return { funder: null, doubts: [] };
  const rows = ledger.effects({ account, point: 'policy.funder' });
  if (rows.length === 0) return { funder: null, doubts: [] };
  const policies = ledger.effects({ account, point: 'policy.set' });
  const approvesSince = approver === null ? 0 : sinceRow(policyHistory(ledger, { account }, context), approver);
  const doubts: string[] = [];
  let ended = false;
  for (const [place, row] of rows.entries()) {
    const { funder, word } = factsOf('policy.funder', row);
    if (funder === null) ended = true;
    else {
      const given = (by: string): boolean =>
        word !== null && isGiven(ledger, row, { word, funder, approver: by, before: rows.slice(place + 1), context });
      const counts =
        approver === null
          ? word === null && isUnderNobody(policies, row)
          : row.seq > approvesSince && funder.toLowerCase() !== approver && given(approver);
      if (counts) return { funder: ended ? null : funder, doubts };
      const entitled = word === null ? isUnderNobody(policies, row, 'then') : approversThen(ledger, row, context).some(given);
      if (!entitled) doubts.push(`Row ${row.seq} of the audit trail names the funder ${funder}, which nobody who approved then has said.`);
    }
  }
  return { funder: null, doubts };
};

/** The row that let an approver in; 0 where the trail has none, as under the machine's own policy. */
const sinceRow = ({ approver, since }: PolicyHistory, inForce: string): number => (approver === inForce ? (since?.effect.seq ?? 0) : 0);

/** By whose word a row could be written: root's approver of today, and whoever the trail had as approver before it. */
const approversThen = (ledger: LedgerReader, { account, seq }: EffectRecord, context: Surroundings): string[] =>
  [context.rootPolicy()?.approver, policyHistory(trailBefore(ledger, seq), { account }, context).approver].flatMap((each) => each ?? []);

/** Tells whether a person at a terminal decided when the row was written and, unless only `then` is asked about, ever since. */
const isUnderNobody = (policies: readonly EffectRecord[], { seq }: EffectRecord, asked: 'then' | 'since' = 'since'): boolean => {
  const before = policies.find((policy) => policy.seq < seq);
  const since = asked === 'then' ? [] : policies.filter((policy) => policy.seq > seq);
  return ![...since, ...(before === undefined ? [] : [before])].some(namesApprover);
};

interface Given {
  word: SignedChange;
  funder: string;
  approver: string;
  /** The earlier rows: a signed word is good once. */
  before: readonly EffectRecord[];
  context: Surroundings;
}

const isGiven = (ledger: LedgerReader, row: EffectRecord, { word, funder, approver, before, context }: Given): boolean => {
  const data = signedFunderOf(word, { network: row.network, account: row.account, funder });
  if (data === null || !isHere(word.networkId, context)) return false;
  if (context.signatures.signerOf(data, word.signature) !== approver) return false;
  const nonce = data.message['nonce'] ?? '';
  const used = before.some((earlier) => factsOf('policy.funder', earlier).word?.message['nonce'] === nonce);
  const late = row.at > (parseInstant(data.message['expiresAt'] ?? '') ?? 0) || isDatedBack(ledger, row);
  return !used && !late && !wasTakenBack(ledger, row.account, nonce, row.seq);
};
