import { type EffectPoint, effectPoints } from '../../../src/domain/ledger/effect-points.ts';

/** From the FORGET to the receipt, of a VM with a forward. */
const endingAtTheNetwork = [
  'destroy.signed',
  'destroy.publish',
  'destroy.published',
  'destroy.erase',
  'destroy.erased',
  'destroy.forwardsSigned',
  'destroy.forwards',
  'destroy.forwarded',
  'destroy.terminated',
  'destroy.receipt',
] as const;

/**
 * Where the crash tests kill, by what is being done there; a point that is come by twice stands there twice. All kills are taken from
 * here, and the sweep holds the whole against the code's own list: a new effect without a kill fails it.
 */
export const crashPoints = {
  create: [
    'create.hold',
    'create.publish',
    'create.published',
    'create.processed',
    'create.healthy',
    'ledger.publish',
    'ledger.head',
    'operation.end',
    // renewed for as long as there is something to wait for; one renewal is like the other
    'lease.take',
    'lease.take',
    'lease.release',
    // where the guest refuses; where it takes the timer, below
    'guest.arm',
    'guest.armed',
  ],
  destroy: ['lease.take', 'lease.release', 'destroy.begin', ...endingAtTheNetwork],
  // its operation ends with what makes it count, in extend.published
  extend: [
    'lease.take',
    'extend.hold',
    'extend.publish',
    'ledger.publish',
    'ledger.head',
    'extend.published',
    'guest.arm',
    'guest.armed',
    'lease.release',
  ],
  extensionUnpublished: ['extend.revert'],
  extensionElsewhere: ['reconcile.expiry'],
  gcOfExtension: ['ledger.publish', 'ledger.head', 'extend.publish', 'extend.published'],
  gcOfExpired: ['destroy.begin', 'lease.take', ...endingAtTheNetwork, 'lease.release', 'settle.expenses'],
  // a lease to bring it up, another to arm it
  gcOfInterrupted: [
    'lease.take',
    'create.processed',
    'create.healthy',
    'lease.release',
    'operation.end',
    'settle.expenses',
    'health.recorded',
    'lease.take',
    'guest.arm',
    'guest.armed',
    'lease.release',
  ],
  // the head is marked anew, and again once it is public
  gcOfUnsent: ['lease.take', 'reconcile.status', 'lease.release', 'operation.end', 'ledger.head', 'ledger.publish', 'ledger.head'],
  gcOfRevived: [
    'lease.take',
    'reconcile.status',
    'destroy.signed',
    'destroy.publish',
    'destroy.published',
    'destroy.erase',
    'destroy.erased',
    'destroy.terminated',
    'destroy.receipt',
    'lease.release',
    'settle.expenses',
  ],
  startedByUs: ['create.start', 'create.notify', 'create.started'],
  priceToldLate: ['create.price'],
  failover: ['create.failover'],
  released: ['create.release'],
  withdrawn: ['ledger.withdraw'],
  unsent: ['reconcile.status'],
  silentNode: ['watch.silence'],
  ledgerLost: ['reconcile.adopt'],
  expenses: ['settle.expenses'],
  journalCleared: ['journal.signed', 'journal.publish', 'journal.cleared'],
  policy: ['policy.set'],
  protect: ['vm.protect'],
  takeOver: ['ledger.takeOver'],
  head: ['ledger.publish', 'ledger.head'],
  request: ['approval.request'],
  grant: ['approval.grant'],
  seal: ['policy.set'],
  deny: ['approval.deny'],
  approvalsLost: ['approval.void'],
  funderSet: ['policy.funder'],
  agentsSet: ['agents.set'],
  funded: ['approval.grant'],
  fundedCreate: ['create.hold'],
  transfer: ['transfer.begin', 'transfer.publish', 'transfer.settled'],
  topup: ['topup.begin', 'topup.send', 'topup.broadcast', 'topup.paid', 'topup.settled'],
  grants: ['authz.begin', 'authz.publish', 'authz.confirmed'],
  delegatedCreate: ['create.hold', 'create.publish'],
  delegatedDestroy: ['destroy.publish', 'destroy.forwards'],
  delegatesEnded: ['authz.ending', 'authz.forget'],
  recovered: ['recover.begin', 'transfer.begin', 'transfer.publish', 'authz.ending', 'authz.forget'],
  recoveredWhole: ['recover.done'],
  freeze: ['freeze.set'],
  thaw: ['freeze.thaw'],
  approvedCreate: ['create.hold'],
  approvalOvertaken: ['approval.use'],
  alertsChosen: ['approval.use'],
  armed: ['guest.arm', 'guest.armed'],
  setup: ['setup.begin', 'setup.run', 'setup.ended'],
  disarmed: ['guest.disarm', 'guest.disarmed'],
  presigned: ['enforcer.presigned'],
  forgetSigned: ['destroy.signed'],
  reaperSeen: ['enforcer.seen'],
  operate: ['operate.begin', 'operate.send', 'operate.answered', 'operate.moved'],
  ports: ['ports.signed', 'ports.publish', 'ports.published', 'ports.reread', 'ports.told'],
  adopt: ['adopt.begin', 'adopt.publish', 'adopt.taken'],
  health: ['health.recorded'],
  redeploy: ['create.hold', 'create.healthy', 'destroy.begin', 'destroy.terminated', 'redeploy.renamed'],
} as const satisfies Readonly<Record<string, readonly EffectPoint[]>>;

/** Just before and just after each, as ALEPH_AGENT_CRASH has it. */
export const sides = (points: readonly EffectPoint[]): string[] => points.flatMap((point) => [`${point}:before`, `${point}:after`]);

const timesOf = (points: readonly EffectPoint[], point: EffectPoint): number => points.filter((each) => each === point).length;

/** The same, each time that the line comes by. */
export const kills = (points: readonly EffectPoint[]): string[] =>
  points.flatMap((point, at) => sides([point]).map((side) => `${side}:${timesOf(points.slice(0, at + 1), point)}`));

/**
 * A machine's load decides how often a lease is renewed, how far the second host lags behind with the price, and whether a node answers in
 * time; the version of the node that is drawn, whether it is told to start the VM.
 */
const asItHappens: readonly EffectPoint[] = [
  'lease.take',
  'create.price',
  'watch.silence',
  'create.start',
  'create.notify',
  'create.started',
];

/** Kills only what comes by a point more often than it stands in the list: proves that nothing is missing there. */
export const oftener = (points: readonly EffectPoint[]): string =>
  effectPoints
    .filter((point) => !asItHappens.includes(point))
    .map((point) => `${point}:before:${timesOf(points, point) + 1}`)
    .join(',');
