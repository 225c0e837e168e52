import { tighterSlices } from '../../domain/agents/slice.ts';
import { sealMessage } from '../../domain/approval/policy-seal.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import type { RootPolicy } from '../../domain/limits/root-policy.ts';
import { tightened, tighterTasks } from '../../domain/limits/tightened.ts';
import { usd } from '../../domain/money/money.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { freezeOf } from './freeze-standing.ts';
import { funderSetting } from './funder-setting.ts';
import { type PolicyHistory, policyHistory, prepareSignatures } from './policy-history.ts';
import { policyRow } from './policy-row.ts';
import { isHere } from './signed-approval.ts';

/** The policy that counts: `limits`, `authorisedAt` and `approver` are the result of all layers. */
export interface PolicyInForce extends PolicyRecord {
  /** The version as the audit trail set it, before other layers. */
  row: PolicyRecord;
  /** Why nothing may be spent under this policy; null where the approver sealed it, or where it needs no seal. */
  unsealed: string | null;
  /** The acknowledged balance is that of a seal or of the machine's own policy; otherwise it is the greatest that the ledger saw. */
  balanceSettled: boolean;
  /** The machine has a policy of its own. */
  underRoot: boolean;
  /** Why nothing may be spent without the machine's own policy, in a sentence; null where it is there, or was never seen. */
  rootMissing: string | null;
  /** The machine's own policy names the approver, whatever the ledger says. */
  byRoot: boolean;
  /** What shows that somebody wrote into the policy, in a sentence: nothing is spent until whoever approves has set it anew. */
  broken: string | null;
  /** Everything that shows that somebody wrote into the policy or its rows of the trail, in sentences. */
  findings: readonly string[];
  history: PolicyHistory;
  /** Whose transfer of a quoted sum approves the request that quotes it; null: nobody's does. */
  funder: string | null;
  /** The network to which the account belongs, where that is another one. */
  elsewhere: string | null;
  /** The number of the version that would come next. */
  next: number;
  frozenSince: number | null;
  /** Freezes with a `seq` up to this one are ended. */
  thawedUpTo: number;
}

type BalancesSeen = ReturnType<LedgerReader['balancesSeen']>;

interface Scope {
  account: string;
  network: string;
}

type Surroundings = Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId'>;

/**
 * Returns the approver whose signature counts; null where a person at a terminal approves. Call `prepareSignatures` first: the audit trail's
 * changes of approver are verified each time.
 */
export const approverOf = (ledger: LedgerReader, scope: { account: string }, context: Surroundings): string | null =>
  context.rootPolicy()?.approver ?? policyHistory(ledger, scope, context).approver;

/** Reads the approver outside a transaction. */
export const readApprover = async (
  context: Pick<ReadContext, 'ledger' | 'signatures' | 'rootPolicy' | 'networkId'>,
  scope: { account: string },
): Promise<string | null> => {
  await prepareSignatures(context);
  return approverOf(await context.ledger(), scope, context);
};

/** Says why the policy is not what the approver sealed; null where it is, or where it needs no seal. */
const unsealedBecause = (row: PolicyRecord, approver: string | null, context: Surroundings): string | null => {
  if (approver === null) return null;
  const { seal } = row;
  const fitting = seal !== null && row.approver === approver && isHere(seal.networkId ?? '', context);
  const signer = fitting ? context.signatures.signerOf(sealMessage(row, seal), seal.signature) : null;
  if (signer === approver) return null;
  return `Version ${row.version} of the policy carries no seal of its approver ${approver} that fits.`;
};

/**
 * Computes the policy of an account on a network: the defaults (which count all spending since ever), what was set and sealed, the
 * machine's own policy, and the overlay, which only tightens. Reads rows only; an approver's seal is checked each time, so call
 * `signatures.prepare()` first.
 */
export const policyInForce = (ledger: LedgerReader, scope: Scope, context: Surroundings): PolicyInForce => {
  const history = policyHistory(ledger, scope, context);
  const { stored, row, disagreement } = policyRow(ledger, scope, history);
  const root = context.rootPolicy();
  const approver = root?.approver ?? history.approver;
  const seal = unsealedBecause(row, approver, context);
  const trouble = disagreement ?? seal;
  // The machine's own policy needs no seal: root wrote the file. The ledger's version counts on top of it only where it tightens, and its
  // authorisation only where it is sealed.
  const byRoot = root !== null && root.approver !== null;
  // A row written before a limit existed lacks that limit, which then has its default.
  const set = { ...defaultLimits, ...row.limits };
  const below = root === null ? set : row.version === 0 ? root.limits : tightened(root.limits, set);
  const { funder, doubts: ofFunder } = funderSetting(ledger, scope, { approver, context });
  const seen = ledger.balancesSeen({ account: scope.account, payer: scope.account, since: 0 });
  const sealedThaw = trouble === null ? (row.seal?.thawed ?? 0) : 0;
  return {
    ...row,
    network: scope.network,
    elsewhere: elsewhereOf(ledger, scope),
    limits: tightened(below, row.overlay),
    tasks: tighterTasks(row.tasks, row.overlayTasks),
    // under the machine's own policy nobody is let in by a version that its approver did not seal
    agents: byRoot && trouble !== null ? {} : tighterSlices(row.agents, row.overlayAgents),
    ...acknowledgedOf(row, seen, { root, sealed: approver !== null && trouble === null }),
    authorisedAt: byRoot && trouble !== null ? 0 : row.authorisedAt,
    approver,
    row,
    byRoot,
    underRoot: root !== null,
    rootMissing: root === null ? rootMissing(ledger) : null,
    unsealed: byRoot || approver === null ? null : trouble,
    broken: byRoot ? null : (history.doubts.at(-1)?.says ?? (approver === null ? trouble : null)),
    findings: [
      ...history.doubts.map(({ says }) => says),
      ...ofFunder,
      ...(trouble === null || awaitsSeal(row, history) ? [] : [trouble]),
      ...balanceFindings(row, seen, approver),
    ],
    history,
    funder,
    next: Math.max(stored.version, row.version) + 1,
    ...freezeOf(ledger, scope, { approver, sealedThaw, context }),
  };
};

/** What an agent can write is no word on what must stay: only a seal or the machine's own policy may acknowledge less than was seen. */
const acknowledgedOf = (
  { acknowledgedBalance }: PolicyRecord,
  seen: BalancesSeen,
  { root, sealed }: { root: RootPolicy | null; sealed: boolean },
): Pick<PolicyInForce, 'acknowledgedBalance' | 'balanceSettled'> => {
  if (root?.acknowledgedBalance !== undefined) return { acknowledgedBalance: root.acknowledgedBalance, balanceSettled: true };
  if (sealed && acknowledgedBalance !== null) return { acknowledgedBalance, balanceSettled: true };
  const most = seen?.greatest ?? null;
  const greater = most === null || (acknowledgedBalance !== null && acknowledgedBalance > most) ? acknowledgedBalance : most;
  return { acknowledgedBalance: greater, balanceSettled: false };
};

const balanceFindings = ({ acknowledgedBalance, version }: PolicyRecord, seen: BalancesSeen, approver: string | null): string[] => {
  const least = seen?.least ?? 1n;
  if (approver !== null || acknowledgedBalance === null || acknowledgedBalance >= least) return [];
  return [`Version ${version} of the policy acknowledges a balance of ${usd(acknowledgedBalance)} USD, which the audit trail never saw.`];
};

/** Tells whether nobody has sealed the version yet: a ledger that took over knows who approves before that approver has sealed anything. */
const awaitsSeal = ({ seal }: PolicyRecord, { since, newest }: PolicyHistory): boolean =>
  seal === null && since !== null && since.effect.seq === newest?.row;

const rootMissing = (ledger: LedgerReader): string | null => {
  const row = ledger.rootPolicySeen();
  return row === null ? null : `The machine had a policy of its own (row ${row} of the audit trail), and has none now.`;
};

/** A signature of Aleph names no network, so under another name the same key would spend the same money, with other counters. */
const elsewhereOf = (ledger: LedgerReader, { account, network }: Scope): string | null => {
  const known = ledger.networkOf(account);
  return known === network ? null : known;
};

/** Reads the policy in force outside a transaction. Loads the code that checks an approver's seal, where there is an approver. */
export const readPolicy = async (
  context: Pick<ReadContext, 'ledger' | 'network' | 'networkId' | 'signatures' | 'rootPolicy'>,
  account: string,
): Promise<PolicyInForce> => {
  await prepareSignatures(context);
  const ledger = await context.ledger();
  const { network, networkId } = context;
  const read = () => policyInForce(ledger, { account, network }, context);
  const besideRows = { account, network, networkId, root: context.rootPolicy() };
  return ledger.once?.(`policy ${canonicalJson(besideRows)}`, read) ?? read();
};
