import { type Powers, powersInWords } from './grant-powers.ts';

/** What one address could do with an account, by its entries. */
export interface DelegateReach {
  address: string;
  entries: number;
  powers: Powers;
  /** Item hashes of VMs and programs that it could destroy: those that it could have sent itself. */
  destroyable: readonly string[];
  /** Item hashes of VMs that it could operate on their nodes, which look at neither channel nor chain. */
  operable: readonly string[];
  /** Item hashes of the VMs that it has running at the account's cost. */
  running: readonly string[];
  /** USD of credits that it could spend on VMs, or send away. */
  spendableUsd: string;
  movableUsd: string;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The reach in one sentence or two, the same wherever it is told. */
export const reachInWords = ({ address, entries, powers, ...reach }: DelegateReach, account: string): string => {
  if (entries === 0) return `${address} can do nothing with ${account}.`;
  const { destroyable, operable, running, spendableUsd, movableUsd } = reach;
  const now = [
    `destroy ${counted(destroyable.length, 'VM')}`,
    `operate ${operable.length}`,
    `spend ${spendableUsd} USD`,
    ...(movableUsd === '0' ? [] : [`send away ${movableUsd} USD`]),
  ];
  const left =
    running.length === 0
      ? ''
      : ` Its ${counted(running.length, 'VM')} ${running.length === 1 ? 'ends' : 'end'} by timers and FORGETs of its own only while the grant stands: after authz revoke nobody but this account ends ${running.length === 1 ? 'it' : 'them'}.`;
  return `${address} may, for ${account}, ${powersInWords(powers).join(', ')}; now it could ${now.join(', ')}.${left}`;
};
