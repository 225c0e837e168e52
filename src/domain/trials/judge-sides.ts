import { liveStates, type VmState } from '../ledger/vm-record.ts';
import { shortId } from '../text/short-id.ts';

/** What the network bills. */
export interface Bill {
  hash: string;
  owner: string;
  /** ms; null: it is billed on. */
  endedAt: number | null;
}

export interface RecordedVm {
  id: string;
  name: string;
  state: VmState;
  /** Whose it is, in a safe; null: the owner's. */
  agent: string | null;
  /** Credits held for it. */
  hold: bigint;
}

/** What a ledger says. */
export interface Recorded {
  vms: readonly RecordedVm[];
  /** The hash chain of its audit trail. */
  chainIsWhole: boolean;
}

/** One account as the network sees it, and as its ledger does. */
export interface Sides {
  bills: readonly Bill[];
  record: Recorded;
}

export const liveBills = (bills: readonly Bill[]): Bill[] => bills.filter(({ endedAt }) => endedAt === null);

export const liveRows = ({ vms }: Recorded): RecordedVm[] => vms.filter(({ state }) => liveStates.includes(state));

/** What may be at no moment, whenever a process dies: a VM that is billed and not on record, or on record as ended; a torn trail. */
export const neverTrue = ({ bills, record }: Sides): string[] => {
  const rows = new Map(record.vms.map((row) => [row.id, row]));
  const live = new Set(liveRows(record).map(({ id }) => id));
  return [
    ...bills.filter(({ hash }) => !rows.has(hash)).map(({ hash }) => `VM ${shortId(hash)} is on the network and not on record`),
    ...liveBills(bills)
      .filter(({ hash }) => rows.has(hash) && !live.has(hash))
      .map(({ hash }) => `VM ${shortId(hash)} is billed on and ${rows.get(hash)?.state} on record`),
    ...(record.chainIsWhole ? [] : ['the chain of the audit trail is broken']),
  ];
};

/** What may not be once recovery has run: a VM that the record still has and the network has not. */
export const notRecovered = ({ bills, record }: Sides): string[] => {
  const live = new Set(liveBills(bills).map(({ hash }) => hash));
  return liveRows(record)
    .filter(({ id }) => !live.has(id))
    .map(({ id, state }) => `VM ${shortId(id)} is ${state} on record and not on the network`);
};

/** More VMs than the cap allows, at the network or on record. */
export const aboveCap = ({ bills, record }: Sides, cap: number): string[] => {
  const [network, recorded] = [liveBills(bills).length, liveRows(record).length];
  return [
    ...(network > cap ? [`${network} VMs live on the network under a cap of ${cap}`] : []),
    ...(recorded > cap ? [`${recorded} VMs live on record under a cap of ${cap}`] : []),
  ];
};

/** What is billed on although everything of it should have ended. */
export const billedOn = (bills: readonly Bill[]): string[] =>
  liveBills(bills).map(({ hash }) => `VM ${shortId(hash)} is billed on after its end`);

/** More new VMs on the network than may be. */
export const aboveMade = (made: number, most: number): string[] =>
  made > most ? [`${made} VMs were made where ${most === 0 ? 'none' : `at most ${most}`} may be`] : [];

/** How both sides stand, for people. */
export const standing = (all: readonly Sides[]): string => {
  const count = (of: (sides: Sides) => readonly unknown[]): number => all.reduce((sum, sides) => sum + of(sides).length, 0);
  return `live on the network ${count(({ bills }) => liveBills(bills))}, on record ${count(({ record }) => liveRows(record))}`;
};
