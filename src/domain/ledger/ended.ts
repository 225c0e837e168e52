import type { VmRecord, VmState } from './vm-record.ts';

/**
 * Who ended a VM that no command of this ledger ended: the timer in it, the machine that carries its script, one of the two where both
 * had it, the network for want of credits, or whoever else signs for the account.
 */
export type EndedBy = 'guest' | 'carrier' | 'timer' | 'network' | 'elsewhere';

/** The end of such a VM: by whom, and when (ms); null where no two hosts say when. */
export interface Ended {
  by: EndedBy;
  at: number | null;
}

export const enders: readonly EndedBy[] = ['guest', 'carrier', 'timer', 'network', 'elsewhere'];

const words: Readonly<Record<EndedBy, string>> = {
  guest: 'its own timer',
  carrier: 'the machine that carries its script',
  timer: 'its own timer, or the machine that carries its script',
  network: 'the network, for want of credits',
  elsewhere: "another program with the account's key",
};

export const enderWords = (by: EndedBy): string => words[by];

/** Returns who ended this VM by itself; null where the VM is not gone, or a command of this ledger ended it. */
export const endedBy = ({ state, ending }: Pick<VmRecord, 'state' | 'ending'>): EndedBy | null =>
  state === 'terminated' ? (enders.find((by) => by === ending) ?? null) : null;

/** A VM's state as it is shown: one that ended by itself is `ended`, one that was destroyed `terminated`. */
export type ShownState = VmState | 'ended';

export const shownState = (vm: Pick<VmRecord, 'state' | 'ending'>): ShownState => (endedBy(vm) === null ? vm.state : 'ended');

/** States of a VM that was up when the ledger last heard of it: only such a VM can end by itself. */
export const upStates: readonly VmState[] = ['provisioning', 'healthy', 'unreachable', 'stopped'];

/** The row as it will be once the end that was seen is on record, so that a view counts it as gone before that. */
export const asEnded = <Row extends Pick<VmRecord, 'state' | 'ending' | 'terminatedAt'>>(
  vm: Row,
  end: Ended | undefined,
  now: number,
): Row =>
  end === undefined || !upStates.includes(vm.state) ? vm : { ...vm, state: 'terminated', ending: end.by, terminatedAt: end.at ?? now };
