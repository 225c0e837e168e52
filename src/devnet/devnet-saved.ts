import type { Crn } from './crn/world/crn.ts';
import type { NodeState } from './crn/world/node-state.ts';
import type { VmRow } from './scheduler/vm-row.ts';

/** A devnet between two runs: plain data for `--state`. */
export interface DevnetSaved {
  version: 1;
  seed: number;
  /** What its keys come from beside the seed; null, or absent in states of before, where they are known to everybody. */
  secret?: string | null;
  nodes: number;
  /** Absent in what earlier versions kept. */
  id?: string;
  /** The devnet's time, ms. */
  at: number;
  /** What the CCN's own `save` gave. */
  ccn: string;
  /** Nodes that have anything to remember, by hash. */
  crns: Record<string, Partial<NodeState>>;
  scheduler: VmRow[];
}

/**
 * Null for text that no devnet of this seed and size wrote; with `secret` also where its keys are known to everybody, who may have ordered VMs
 * of it.
 */
export const readSaved = (text: string, { seed, nodes, secret }: { seed: number; nodes: number; secret: boolean }): DevnetSaved | null => {
  const value = JSON.parse(text) as Partial<DevnetSaved> | null;
  const isIts = value?.version === 1 && value.seed === seed && value.nodes === nodes;
  return isIts && !(secret && typeof value.secret !== 'string') ? (value as DevnetSaved) : null;
};

const remembers = ({ state }: Crn): boolean => Object.values(state).some((part) => Object.keys(part).length > 0);

export const saveCrns = (crns: readonly Crn[]): DevnetSaved['crns'] =>
  Object.fromEntries(crns.filter(remembers).map((crn) => [crn.spec.hash, structuredClone(crn.state)]));
