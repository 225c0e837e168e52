import { Failure } from '../failure/failure.ts';
import { agent } from '../suggest/fix.ts';
import { isName } from '../text/names.ts';
import { nearest } from '../text/nearest.ts';
import { liveStates, type VmRecord } from './vm-record.ts';

type Named = Pick<VmRecord, 'id' | 'name' | 'state' | 'signedAt'>;

/** What runs comes before what may come alive, and that before what is gone. */
const rank = (vm: Named): number => (vm.state === 'terminated' ? 2 : vm.state === 'dormant' ? 1 : 0);

const newestAliveFirst = (a: Named, b: Named): number => rank(a) - rank(b) || b.signedAt - a.signedAt || (a.id < b.id ? -1 : 1);

/**
 * The VM that a person or agent means. An exact name wins over a prefix of at least six hex digits of the id. A name may
 * stand on several rows (attempts of one operation, VMs long gone): the newest alive is meant. `VM_NOT_FOUND`, `AMBIGUOUS_ID`.
 */
export const resolveReference = <Vm extends Named>(reference: string, vms: readonly Vm[]): Vm => {
  const named = vms.filter((vm) => vm.name === reference).sort(newestAliveFirst);
  if (named[0] !== undefined) return named[0];
  if (!/^[0-9a-f]{6,64}$/.test(reference)) throw unknown(`There is no VM called "${reference}".`, reference, vms);
  const fitting = vms.filter((vm) => vm.id.startsWith(reference));
  if (fitting[0] === undefined) throw unknown(`There is no VM whose name is, or whose id begins with, "${reference}".`, reference, vms);
  if (fitting.length === 1) return fitting[0];
  const ids = fitting.map((vm) => vm.id);
  throw new Failure('AMBIGUOUS_ID', `${fitting.length} VMs have ids that begin with "${reference}": give more digits.`, { facts: { ids } });
};

/** Names at most three live VMs, the likeliest first; names of ours only. */
const unknown = (message: string, reference: string, vms: readonly Named[]): Failure => {
  const alive = vms.filter(({ name, state }) => liveStates.includes(state) && isName(name)).map(({ name }) => name);
  const live = nearest(reference.slice(0, 64), [...new Set(alive)]);
  return new Failure('VM_NOT_FOUND', message, {
    fix:
      live.length === 0
        ? agent('No VM is live. See which there were.', 'vm ls', { all: true })
        : agent(`Live VMs: ${live.join(', ')}${alive.length > live.length ? ', ...' : ''}.`, 'vm ls'),
    facts: { live },
  });
};
