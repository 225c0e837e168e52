import { Failure } from '../failure/failure.ts';
import { agent } from '../suggest/fix.ts';
import { isName } from '../text/names.ts';
import { nearest } from '../text/nearest.ts';
import type { VmRecord } from './vm-record.ts';

type Named = Pick<VmRecord, 'id' | 'name'>;

/** The VMs among which a reference is looked up. */
export interface KnownVms<Vm> {
  /** The one VM that the name means, where several rows have had the name; null for none. */
  named(name: string): Vm | null;
  beginning(idPrefix: string): readonly Vm[];
  live(): readonly Named[];
}

/**
 * Finds the VM that a person or agent means. An exact name wins over a prefix of at least six hex digits of the item hash. Throws
 * `VM_NOT_FOUND` or `AMBIGUOUS_ID`.
 */
export const resolveReference = <Vm extends Named>(reference: string, known: KnownVms<Vm>): Vm => {
  const named = known.named(reference);
  if (named !== null) return named;
  if (!/^[0-9a-f]{6,64}$/.test(reference)) throw unknown(`There is no VM called "${reference}".`, reference, known.live());
  const fitting = known.beginning(reference);
  if (fitting[0] === undefined) {
    throw unknown(`There is no VM whose name is, or whose id begins with, "${reference}".`, reference, known.live());
  }
  if (fitting.length === 1) return fitting[0];
  const ids = fitting.map((vm) => vm.id);
  throw new Failure('AMBIGUOUS_ID', `${fitting.length} VMs have ids that begin with "${reference}": give more digits.`, { facts: { ids } });
};

/** `VM_NOT_FOUND`, naming at most three live VMs, the likeliest first; only names that are well-formed are repeated. */
const unknown = (message: string, reference: string, vms: readonly Named[]): Failure => {
  const alive = vms.map(({ name }) => name).filter(isName);
  const live = nearest(reference.slice(0, 64), [...new Set(alive)]);
  return new Failure('VM_NOT_FOUND', message, {
    fix:
      live.length === 0
        ? agent('No VM is live. See which there were.', 'vm ls', { all: true })
        : agent(`Live VMs: ${live.join(', ')}${alive.length > live.length ? ', ...' : ''}.`, 'vm ls'),
    facts: { live },
  });
};
