import type { NodeRef, VmSpec } from '../../ledger/vm-record.ts';
import { nodeShape, specShape } from '../../ledger/vm-shapes.ts';
import { Exact } from '../../money/exact.ts';
import { creditsOver, usd } from '../../money/money.ts';
import type { GpuCard } from '../../nodes/gpu-card.ts';
import {
  decimal,
  digits,
  exactly,
  flag,
  list,
  nothing,
  nullable,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  time,
} from '../../stored/shape.ts';
import { formatDuration } from '../../text/duration.ts';
import { byArguments, costAsPlanned, endsNothing, listOfIds, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** What creating the VM needs beyond the plan's terms. JSON, stored with the operation and with an approval. */
export interface ProvisionSubject {
  account: string;
  payer: string;
  name: string;
  task: string | null;
  spec: VmSpec;
  /** Up to three nodes, tried in order; the VM is alive on one at a time. */
  nodes: readonly NodeRef[];
  /** Item hashes of the node terms that the user accepted, by node. Absent in plans of earlier versions. */
  acceptedTerms?: Record<string, string>;
  /** The cards to ask each node for, by node. Absent where the VM has no GPU. */
  gpus?: Record<string, readonly GpuCard[]>;
  ttlSeconds: number;
  /** The quoted rate in credits per second, 18 decimals. */
  rate: string;
  sshKeys: readonly string[];
  /** A timer in the guest is to end the VM. Absent in plans of earlier versions. */
  guestTimer?: boolean;
  /** SHA-256 in hex of the script that is run in the VM once it is healthy; absent for none. */
  setup?: string;
  requestId: string | null;
  argumentsDigest: string;
  /** The caller's price ceilings, credits in digits; null where none was set. */
  maxHourlyCredits: string | null;
  maxTotalCredits: string | null;
  /** The approval of the envelope that pays for the VM; absent or null where none does. */
  envelope?: string | null;
  replay: null;
}

/**
 * An operation with this request id, or a VM with this name, exists already. Applying the plan continues that one: it spends nothing and
 * asks nobody.
 */
export interface ReplaySubject {
  replay: string;
}

const card: Shape<GpuCard> = exactly({ vendor: text, deviceName: text, deviceClass: oneOf('0300', '0302'), deviceId: text });

export const provisionMembers = {
  account: text,
  payer: text,
  name: text,
  task: nullable(text),
  spec: specShape,
  nodes: list(nodeShape, 1),
  acceptedTerms: optional(record(text)),
  gpus: optional(record(list(card))),
  ttlSeconds: time,
  rate: decimal,
  sshKeys: list(text),
  guestTimer: optional(flag),
  setup: optional(text),
  requestId: nullable(text),
  argumentsDigest: text,
  maxHourlyCredits: nullable(digits),
  maxTotalCredits: nullable(digits),
  envelope: optional(nullable(text)),
  replay: nothing,
};

export const createText = ({
  spec: { gpus = [], confidential = false, ...size },
  account,
  payer,
  name,
  ttlSeconds,
  nodes,
  setup,
}: ProvisionSubject): string => {
  const extras = [...gpus.map((model) => `GPU ${model}`), ...(confidential ? ['confidential'] : [])];
  const words = [`${size.vcpus} vCPU`, `${size.memoryMib} MiB`, `${size.diskMib} MiB disk`, ...extras].join(', ');
  return `Create ${name}: ${size.computeUnits} CU (${words}) for ${formatDuration(ttlSeconds)} on ${listOfIds(nodes.map(({ hash }) => hash))}${payer === account ? '' : `, paid by ${payer}`}${setup === undefined ? '' : `, then run setup script ${setup.slice(0, 12)} in it`}`;
};

export const wholeCost = ({ subject }: { subject: ProvisionSubject }): string =>
  usd(creditsOver(new Exact(subject.rate), subject.ttlSeconds));

export const vmCreate: PlanKind<ProvisionSubject> = {
  takenBy: 'vm create',
  subject: exactly(provisionMembers),
  boundTo: byArguments,
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject }) => createText(subject),
  mostUsd: wholeCost,
  phrase: costAsPlanned,
  summaryTellsWhy: false,
};
