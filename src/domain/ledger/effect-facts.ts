import { readStored } from '../stored/read-stored.ts';
import {
  count,
  digits,
  either,
  empty,
  exactly,
  type Fitting,
  flag,
  json,
  list,
  nullable,
  number,
  optional,
  record,
  type Shape,
  text,
  time,
} from '../stored/shape.ts';
import type { EffectPoint } from './effect-points.ts';
import type { EffectRecord } from './ledger-records.ts';

// biome-ignore lint/suspicious/noExplicitAny: the shape of a value of any type
type AnyShape = Shape<any>;

const approval = { approval: text, plan: text, nonce: text };
const span = exactly({ from: text, to: text });
/** The network's own code for why it rejected a message, and our reading of it. */
const rejection = { rejection: optional(number), reason: optional(text) };
const forwards = exactly({ aggregate: text, ports: list(number) });

/** Who pays for the VM, where that is not the account that signed it. */
const otherPayer = { payer: optional(text) };

/** Credits as a bigint, which the ledger's JSON writes in a form of its own. */
const credits: Shape<bigint> = { troubleAt: (path, value) => (typeof value === 'bigint' ? null : `${path} is no credits`) };

/** The facts of an audit trail row at each effect point, beyond the columns that all rows have. */
const shapes = {
  /** `balance`: what the account held then, credits in digits; `rootPolicy`: the machine had a policy of its own. Earlier versions did not say. */
  'create.hold': exactly({
    plan: text,
    node: text,
    rate: text,
    name: text,
    balance: optional(digits),
    rootPolicy: optional(flag),
    ...otherPayer,
  }),
  'create.release': empty,
  'create.publish': empty,
  'create.published': exactly(rejection),
  'create.processed': exactly({ priceAgreed: flag, creditsPerSecond: optional(text) }),
  'create.price': exactly({ creditsPerSecond: text }),
  'create.start': empty,
  'create.notify': empty,
  'create.started': empty,
  'create.healthy': exactly({ readyMs: number }),
  'create.failover': exactly({ attempt: count, after: text, ...otherPayer }),
  'destroy.begin': exactly({ reason: optional(text), expires: optional(text) }),
  'destroy.signed': exactly({ forget: text }),
  'destroy.publish': empty,
  'destroy.published': exactly({ forget: text, rejection: optional(number) }),
  'destroy.erase': empty,
  'destroy.erased': empty,
  'destroy.forwardsSigned': empty,
  'destroy.forwards': empty,
  'destroy.forwarded': empty,
  'destroy.terminated': exactly({ forgottenBy: list(text), by: optional(text) }),
  'destroy.receipt': empty,
  'extend.hold': exactly({
    plan: text,
    from: text,
    to: text,
    message: text,
    balance: optional(digits),
    rootPolicy: optional(flag),
    ...otherPayer,
  }),
  'extend.publish': empty,
  'extend.published': exactly({ expires: text }),
  'extend.revert': empty,
  'adopt.begin': exactly({ expires: text, message: text }),
  'adopt.publish': empty,
  'adopt.taken': exactly({ plan: text, state: text, expires: text, marked: flag, ...otherPayer }),
  'redeploy.renamed': span,
  'health.recorded': exactly({ probes: optional(count), onNode: optional(text) }),
  'operate.begin': exactly({ node: text }),
  'operate.send': empty,
  'operate.answered': exactly({ operation: text }),
  'operate.moved': exactly({ readyMs: optional(number), operation: optional(text) }),
  'ports.signed': forwards,
  'ports.publish': empty,
  'ports.published': forwards,
  'ports.reread': empty,
  'ports.told': empty,
  'vm.protect': empty,
  'guest.arm': empty,
  'guest.armed': exactly({ expires: optional(text), problem: optional(text) }),
  'guest.disarm': empty,
  'guest.disarmed': empty,
  'enforcer.presigned': exactly({ messages: count }),
  'enforcer.seen': exactly({ digest: optional(text) }),
  'operation.end': empty,
  'lease.take': empty,
  'lease.release': empty,
  'approval.request': exactly(approval),
  'approval.grant': exactly(approval),
  /** `taken`: credits that the operation took from an envelope, in digits. */
  'approval.use': exactly({ ...approval, taken: optional(digits) }),
  'approval.deny': exactly(approval),
  'approval.void': exactly(approval),
  'policy.set': exactly({
    version: count,
    limits: record(digits),
    tasks: record(credits),
    approver: nullable(text),
    authorisedAt: time,
    overlay: json,
    overlayTasks: record(credits),
    /** The word of the approver before, by which another approves from now on; null where the approver stays or is the first. */
    change: nullable(exactly({ message: record(text), signature: text, networkId: text })),
    /** The machine's own policy names who approves, whatever the ledger says. */
    byRoot: flag,
    /** The machine had a policy of its own. */
    rootPolicy: flag,
    /** The balance that was acknowledged, credits in digits. */
    balance: nullable(digits),
  }),
  'ledger.publish': empty,
  'ledger.head': empty,
  'ledger.withdraw': empty,
  'ledger.takeOver': exactly({ replaces: text, approvalsVoided: count }),
  'transfer.begin': exactly({ plan: text, to: text, message: text, expires: optional(text) }),
  'transfer.publish': empty,
  'transfer.settled': exactly({ message: text, reason: optional(text) }),
  'topup.begin': exactly({ plan: text, transaction: text, nonce: count, amount: text, contract: text, chainId: count }),
  'topup.send': exactly({ transaction: text }),
  'topup.broadcast': empty,
  'topup.paid': exactly({ transaction: text, block: count }),
  /** `post`: item hash of the distribution. */
  'topup.settled': exactly({ transaction: text, post: nullable(text), reason: optional(text) }),
  /** `until`: when this account's gc takes the grant back; absent where it does not. */
  'authz.begin': exactly({ address: text, channel: nullable(text), until: optional(text) }),
  'authz.publish': empty,
  'authz.ending': exactly({ vms: list(text) }),
  'authz.forget': empty,
  /** `channel`: of the one grant that ended; absent where all of the address did. */
  'authz.confirmed': exactly({ address: text, channel: optional(text), message: nullable(text) }),
  'freeze.set': exactly({ freeze: count }),
  'freeze.thaw': exactly({ freeze: count, approval: text }),
  'reconcile.status': exactly(rejection),
  'reconcile.adopt': exactly({ state: text, expires: optional(text), ...otherPayer }),
  'reconcile.expiry': span,
  'watch.silence': exactly({ who: text }),
  'settle.expenses': exactly({ rows: count, vms: count, ...otherPayer }),
} as const satisfies { [Point in EffectPoint]: AnyShape };

/** The facts that a row of each effect point is written with. */
export type Facts = { [Point in EffectPoint]: Fitting<(typeof shapes)[Point]> };

const earlierApproval = exactly({ approval: text, plan: text });

/** The facts that earlier versions wrote at these points, kept because such rows are still read. */
const earlier = {
  'approval.use': earlierApproval,
  'create.processed': exactly({ creditsPerSecond: optional(text) }),
  'policy.set': exactly({
    version: count,
    limits: record(digits),
    tasks: optional(record(credits)),
    approver: optional(nullable(text)),
    overlay: optional(json),
    overlayTasks: optional(record(credits)),
  }),
} as const;

export type StoredFacts = {
  [Point in EffectPoint]: Facts[Point] | (Point extends keyof typeof earlier ? Fitting<(typeof earlier)[Point]> : never);
};

const earlierOf: { readonly [Point in EffectPoint]?: AnyShape } = earlier;

/**
 * The facts of an audit trail row. Throws `LEDGER_UNREADABLE` where they have no shape that any version wrote: who approved, and what an
 * envelope lost, is never guessed.
 */
export const factsOf = <Point extends EffectPoint>(point: Point, effect: EffectRecord): StoredFacts[Point] => {
  if (effect.point !== point) throw new Error(`row ${effect.seq} is of ${effect.point}, not of ${point}`);
  const before = earlierOf[point];
  const shape: AnyShape = before === undefined ? shapes[point] : either(shapes[point] as AnyShape, before);
  return readStored(shape, 'facts', effect.facts, { words: `Row ${effect.seq} of the audit trail (${point})`, facts: { row: effect.seq } });
};
