import type { Crn } from './crn/world/crn.ts';
import type { NodeState } from './crn/world/node-state.ts';
import type { VmRow } from './scheduler/vm-row.ts';

/** A devnet between two runs: plain data for `--state`. */
export interface DevnetSaved {
  version: 1;
  seed: number;
  nodes: number;
  /** Absent in what earlier versions kept. */
  id?: string;
  /** The devnet's time, ms. */
  at: number;
  /** What the CCN's own `save` gave. */
  ccn: string;
  /** Nodes that have anything to remember, by hash. */
  crns: Record<string, NodeState>;
  scheduler: VmRow[];
}

/** Null for text that no devnet of this seed and size wrote. */
export const readSaved = (text: string, seed: number, nodes: number): DevnetSaved | null => {
  const value = JSON.parse(text) as Partial<DevnetSaved> | null;
  return value?.version === 1 && value.seed === seed && value.nodes === nodes ? (value as DevnetSaved) : null;
};

const remembers = ({ state }: Crn): boolean => Object.values(state).some((part) => Object.keys(part).length > 0);

export const saveCrns = (crns: readonly Crn[]): Record<string, NodeState> =>
  Object.fromEntries(crns.filter(remembers).map((crn) => [crn.spec.hash, structuredClone(crn.state)]));
