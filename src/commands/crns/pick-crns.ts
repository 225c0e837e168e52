import { misfits, type Need, sameModel, unfitReasons } from '../../domain/nodes/node-fit.ts';
import type { Survey, SurveyedNode } from '../../lifecycle/nodes/survey-nodes.ts';
import { rulesOf } from './crn-row.ts';

export interface CrnFilter {
  minVcpus?: number | undefined;
  minMemory?: number | undefined;
  minDisk?: number | undefined;
  gpu?: string | undefined;
  confidential: boolean;
  minScore: number;
  owner?: string | undefined;
  region?: string | undefined;
  name?: string | undefined;
  all: boolean;
}

export const crnSorts = ['score', 'vcpus', 'memory', 'disk', 'trip', 'boots'] as const;
export type CrnSort = (typeof crnSorts)[number];

export const needOf = ({ minVcpus, minMemory, minDisk }: CrnFilter): Need => ({
  vcpus: minVcpus ?? 0,
  memoryMib: minMemory ?? 0,
  diskMib: minDisk ?? 0,
});

/** The nodes that pass what was asked for; without `all` only those on which `vm create` could put a VM, terms accepted. */
export const pickCrns = (survey: Survey, filter: CrnFilter): SurveyedNode[] => {
  const need = needOf(filter);
  const sized = need.vcpus + need.memoryMib + need.diskMib > 0;
  const { gpu, owner, region, name } = filter;
  const rules = { ...rulesOf(survey), acceptTerms: true };
  return survey.nodes.filter(
    (node) =>
      node.score >= filter.minScore &&
      (!sized || misfits(need, node).length === 0) &&
      (gpu === undefined || node.gpus.some(({ untrustedModel }) => sameModel(gpu, untrustedModel))) &&
      (!filter.confidential || node.confidential) &&
      (owner === undefined || node.owner.toLowerCase() === owner.toLowerCase()) &&
      (region === undefined || node.region === region.toLowerCase()) &&
      (name === undefined || node.untrustedName.toLowerCase().includes(name.toLowerCase())) &&
      (filter.all || (node.reached !== false && unfitReasons(need, node, rules).length === 0)),
  );
};

/** Best first; what is not known comes last, equals by hash. `trip` is sorted where it was measured. */
export const sortCrns = <Row extends Sortable>(rows: readonly Row[], by: CrnSort): Row[] =>
  [...rows].sort((a, b) => keyOf(b, by) - keyOf(a, by) || b.score - a.score || (a.hash < b.hash ? -1 : 1));

interface Sortable {
  hash: string;
  score: number;
  freeVcpus: number | null;
  freeMemoryMib: number | null;
  freeDiskMib: number | null;
  roundTripMs: number | null;
  boots: number;
}

/** Finite, so that two unknown ones are equal. */
const unknown = -1e12;

const keyOf = (row: Sortable, by: CrnSort): number =>
  ({
    score: row.score,
    vcpus: row.freeVcpus ?? unknown,
    memory: row.freeMemoryMib ?? unknown,
    disk: row.freeDiskMib ?? unknown,
    trip: row.roundTripMs === null ? unknown : -row.roundTripMs,
    boots: row.boots,
  })[by];
