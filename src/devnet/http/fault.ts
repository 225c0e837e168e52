/** What can be made to go wrong over HTTP, at any host. */
export const httpFaultKinds = [
  'latency',
  'status',
  'drop-before',
  'drop-after-effect',
  'wrong-types',
  'scaled',
  'huge-body',
  'endless-body',
  'escapes-in-names',
] as const;
/** Between the two CCN hosts. */
export const ccnFaultKinds = ['propagation', 'publication-warning'] as const;
/** At compute nodes, in the node list and in the scheduler. */
export const nodeFaultKinds = [
  'dead',
  'dies-mid-boot',
  'ssh-silent',
  'other-host-key',
  'slow-boot',
  'full',
  'empty-list',
  'never-placed',
  'never-pushed',
  'no-room',
  'erase-fails',
  'message-unknown',
  'notify-fails',
  'notify-conflict',
  'notify-timeout',
  'other-hash',
  'hash-unknown',
  'other-version',
  'other-ports',
  'private-address',
] as const;

export type HttpFaultKind = (typeof httpFaultKinds)[number];
export type CcnFaultKind = (typeof ccnFaultKinds)[number];
export type NodeFaultKind = (typeof nodeFaultKinds)[number];
export type FaultKind = HttpFaultKind | CcnFaultKind | NodeFaultKind;

/** One thing that goes wrong from now on, until its `times` are used up or it is lifted. */
export interface Fault {
  id: string;
  /** `ccn`, `ccn-a`, `ccn-b`, `crns-list`, `scheduler`, `crn` (every node) or `crn-<n>`. */
  target: string;
  kind: FaultKind;
  /** Only requests whose path contains this, or matches it when written `/…/`. */
  path?: string;
  method?: string;
  /** How many more times it lets pass what it would strike; none when absent. */
  after?: number;
  /** How many more times it strikes; endless when absent. */
  times?: number;
  /** latency, propagation, slow-boot: milliseconds of the devnet's clock. */
  ms?: number;
  /** scaled: what each number of the answer is multiplied by. */
  factor?: number;
  /** status: the HTTP status to answer. */
  status?: number;
  /** status: seconds for `Retry-After`. */
  retryAfter?: number;
  /** Chance in (0, 1] that it strikes; always when absent. */
  chance?: number;
}

export type NewFault = Omit<Fault, 'id'>;
