import { counted } from '../text/counted.ts';
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
  /** Its entries are the grant back to an owner and nothing else; null where they are not. */
  grantBack: 'to an owner' | 'to a stranger' | null;
}

const grantBackWords = {
  'to an owner': (address: string) =>
    ` That is the grant back to an owner (authz grant --own): with this machine lost, ${address} can take the credits back and end the VMs.`,
  'to a stranger': (address: string) =>
    ` That is what authz grant --own gives to an owner, and ${address} gave no allowance that is left here: take it back.`,
} as const;

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
  const back = reach.grantBack === null ? '' : grantBackWords[reach.grantBack](address);
  return `${address} may, for ${account}, ${powersInWords(powers).join(', ')}; now it could ${now.join(', ')}.${back}${left}`;
};
