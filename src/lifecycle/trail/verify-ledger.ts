import { Failure } from '../../domain/failure/failure.ts';
import { type Lineage, lineageOf } from '../../domain/ledger/audit-head.ts';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import { isWhole } from '../../domain/ledger/signed-text.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { ledgerSlackMs } from '../operation/trusted-clock.ts';
import { contradictedBy } from './contradicted-by.ts';
import { type EditedVm, editedVms } from './edited-vms.ts';
import { policyFindings } from './policy-findings.ts';
import { type PublicRecord, readRecord } from './public-record.ts';
import { readAuditHead } from './read-audit-head.ts';

export interface Head {
  seq: number;
  hash: string;
}

/** A row of the audit trail for which something outside this file vouches. */
export interface VouchedHead extends Head {
  by: 'keeper' | 'network';
  /** Whether the hash chain still holds this row. */
  holds: boolean;
}

export interface Verified {
  rows: number;
  /** The newest row; null in an empty ledger. */
  head: (Head & { at: number }) | null;
  /** The first row that is missing, changed or moved. */
  firstBroken: number | null;
  heads: VouchedHead[];
  /** Whose head the account has published last; null: not compared. */
  publishedBy: 'this' | 'another' | 'nobody' | null;
  /** Ids of stored messages that are no longer what was signed. */
  damagedMessages: string[];
  /** Ids of VMs that no trail row names, and of VMs that only the trail names. */
  strayVms: string[];
  /** VMs whose rows contradict what was signed, the trail or the network. */
  editedVms: EditedVm[];
  /** What shows that somebody wrote into a policy, in sentences that name the rows. */
  policy: string[];
  /** The row of this network that is dated furthest ahead of the clock; null where none is. */
  ahead: { seq: number; at: number } | null;
  live: { ledger: number; network: number | null; onlyInLedger: string[]; onlyOnNetwork: string[] };
}

/**
 * Verifies the whole ledger and compares its live VMs with the network's list, where there is a key and the network answers. Changes
 * nothing.
 */
export const verifyLedger = async (context: ReadContext, kept: Head | null): Promise<Verified> => {
  const ledger = await context.ledger();
  const published = await publishedLineage(context, ledger);
  const effects = ledger.effects();
  const holds = ({ seq, hash }: Head): boolean => effects.find((row) => row.seq === seq)?.hash === hash;
  const trail = verifyTrail(ledger);
  const { contradicted, ...live } = await liveVms(context, ledger);
  return {
    ...trail,
    policy: await policyFindings(context, accountInUse(context)),
    editedVms: [...trail.editedVms, ...contradicted],
    heads: [
      ...(kept === null ? [] : [{ ...kept, by: 'keeper' as const, holds: holds(kept) }]),
      ...headsOf(published).map((head) => ({ ...head, by: 'network' as const, holds: holds(head) })),
    ],
    publishedBy: published === null ? null : publisher[published.kind],
    ahead: aheadOf(effects, context),
    live,
  };
};

/** A row of another network is dated by another clock: each devnet has its own. */
const aheadOf = (effects: readonly EffectRecord[], { network, clock }: ReadContext): Verified['ahead'] => {
  const latest = clock.now() + ledgerSlackMs;
  const ahead = effects.filter((row) => row.network === network && row.at > latest).sort((a, b) => b.at - a.at);
  return ahead[0] === undefined ? null : { seq: ahead[0].seq, at: ahead[0].at };
};

/** Verifies what the ledger alone can tell. */
export const verifyTrail = (ledger: LedgerReader): Omit<Verified, 'heads' | 'publishedBy' | 'live' | 'policy' | 'ahead'> => {
  const effects = ledger.effects();
  const [newest] = effects;
  const vms = ledger.vms();
  const known = new Set(vms.map(({ id }) => id));
  const spokenOf = new Set(effects.flatMap(({ vm }) => vm ?? []));
  return {
    rows: effects.length,
    head: newest === undefined ? null : { seq: newest.seq, hash: newest.hash, at: newest.at },
    firstBroken: ledger.firstBrokenLink(),
    editedVms: editedVms(ledger, effects),
    damagedMessages: vms.flatMap((vm) => ledger.signedFor(vm.id).filter((message) => !isWhole(message))).map(({ id }) => id),
    strayVms: [...vms.map(({ id }) => id).filter((id) => !spokenOf.has(id)), ...[...spokenOf].filter((id) => !known.has(id))],
  };
};

const publisher = { fresh: 'nobody', ours: 'this', rolledBack: 'this', other: 'another', unread: null } as const;

/** Returns the published head where it is of this trail: another ledger's head says nothing about it. */
const headsOf = (lineage: Lineage | null): Head[] =>
  lineage?.kind === 'ours' || lineage?.kind === 'rolledBack' ? [{ seq: lineage.head.rows, hash: lineage.head.head }] : [];

const publishedLineage = async (context: ReadContext, ledger: LedgerReader): Promise<Lineage | null> => {
  const account = accountInUse(context);
  if (account === null) return null;
  const cloud = await context.cloud().catch(expected);
  if (cloud === null) return null;
  return lineageOf(await cloud.accounts.journal(account), readAuditHead(ledger, { account, network: context.network }));
};

const expected = (problem: unknown): null => {
  if (problem instanceof Failure && problem.code !== 'INTERRUPTED') return null;
  throw problem;
};

const liveVms = async (context: ReadContext, ledger: LedgerReader): Promise<Verified['live'] & { contradicted: EditedVm[] }> => {
  const account = accountInUse(context);
  const { network } = context;
  const recorded = ledger.vms({ network, states: liveStates, ...(account === null ? {} : { account }) });
  const record = account === null ? null : await recordOf(context, account);
  if (account === null || record === null) {
    return { ledger: recorded.length, network: null, onlyInLedger: [], onlyOnNetwork: [], contradicted: [] };
  }
  const listed = record.listed.filter(({ ours }) => ours).map(({ id }) => id);
  const alive = new Set(listed);
  const held = new Set(recorded.map(({ id }) => id));
  return {
    ledger: recorded.length,
    network: listed.length,
    // A VM that was never processed, or is `stopping`, may rightly be missing from the list.
    onlyInLedger: recorded.filter(({ id, state }) => state !== 'requested' && state !== 'stopping' && !alive.has(id)).map(({ id }) => id),
    onlyOnNetwork: listed.filter((id) => !held.has(id)),
    contradicted: contradictedBy(ledger, { account, network }, record, context.clock.now()),
  };
};

const recordOf = async (context: ReadContext, account: string): Promise<PublicRecord | null> => {
  try {
    return await readRecord(context, account);
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code === 'INTERRUPTED') throw problem;
    context.warn(problem.code, `Live VMs were not compared with the network: ${problem.message}`);
    return null;
  }
};
