import type { DevnetRandom } from '../world/random.ts';
import type { CcnFaultKind, Fault, HttpFaultKind, NewFault, NodeFaultKind } from './fault.ts';
import { httpFaultKinds } from './fault.ts';

/** The faults in force. Asking for one that strikes uses it up by one. */
export interface Faults {
  add(fault: NewFault): Fault;
  list(): Fault[];
  remove(id: string): boolean;
  clear(): void;
  /** The HTTP faults that strike this request, in the order in which they were added. `host` as in a fault's target. */
  forRequest(host: string, method: string, path: string): Fault[];
  /** The first fault of that kind that strikes `host`; null when none does. */
  strike(host: string, kind: CcnFaultKind | NodeFaultKind): Fault | null;
  /** The same without using it up: for conditions that hold rather than happen. */
  holds(host: string, kind: CcnFaultKind | NodeFaultKind): Fault | null;
}

const aims = (fault: Fault, host: string): boolean =>
  fault.target === host || (fault.target === 'ccn' && /^ccn-[ab]$/.test(host)) || (fault.target === 'crn' && /^crn-\d+$/.test(host));

const fits = (fault: Fault, method: string, path: string): boolean => {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method.toUpperCase()) return false;
  if (fault.path === undefined) return true;
  const pattern = /^\/(.+)\/$/.exec(fault.path)?.[1];
  return path.includes(fault.path) || (pattern !== undefined && new RegExp(pattern).test(path));
};

const isHttp = (fault: Fault): boolean => (httpFaultKinds as readonly string[]).includes(fault.kind);

export const createFaults = (random: DevnetRandom): Faults => {
  const active: Fault[] = [];
  let added = 0;

  const remove = (id: string): boolean => {
    const index = active.findIndex((fault) => fault.id === id);
    if (index >= 0) active.splice(index, 1);
    return index >= 0;
  };

  const use = (fault: Fault): boolean => {
    if (fault.after !== undefined && fault.after > 0) {
      fault.after--;
      return false;
    }
    if (fault.chance !== undefined && random.fraction() >= fault.chance) return false;
    if (fault.times !== undefined) {
      fault.times--;
      if (fault.times <= 0) remove(fault.id);
    }
    return true;
  };

  const find = (host: string, kind: HttpFaultKind | CcnFaultKind | NodeFaultKind): Fault | null =>
    active.find((fault) => fault.kind === kind && aims(fault, host)) ?? null;

  return {
    add: (fault) => {
      added++;
      const made = { ...fault, id: `f${added}` };
      active.push(made);
      return { ...made };
    },
    list: () => active.map((fault) => ({ ...fault })),
    remove,
    clear: () => {
      active.length = 0;
    },
    forRequest: (host, method, path) =>
      active.filter((fault) => isHttp(fault) && aims(fault, host) && fits(fault, method, path)).filter(use),
    strike: (host, kind) => {
      const fault = find(host, kind);
      return fault !== null && use(fault) ? fault : null;
    },
    holds: find,
  };
};
