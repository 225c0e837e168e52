import { limitsShape, sliceShape } from '../agents/slice.ts';
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
/** What a transfer of the funder's must be to answer the request; the digest of the plan that it answers, and what that one buys for, credits. */
const quote = exactly({ funder: text, to: text, credits: digits, digest: text, bought: digits, expires: time });
/** An approver's signed word, as the trail keeps it. */
const word = exactly({ message: record(text), signature: text, networkId: text });
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
  /** `digest`: SHA-256 of the setup script, in hex. */
  'setup.begin': exactly({ digest: text }),
  'setup.run': empty,
  'setup.ended': exactly({ digest: text, exit: count }),
  'operation.end': empty,
  'lease.take': empty,
  'lease.release': empty,
  'approval.request': exactly({ ...approval, quote: optional(quote) }),
  /** `transfer`: item hash of the funder's transfer that gave the approval. */
  'approval.grant': exactly({ ...approval, transfer: optional(text) }),
  /** `taken`: credits that the operation took from an envelope, in digits. `transfer`: as above; it approves nothing else. */
  'approval.use': exactly({ ...approval, taken: optional(digits), transfer: optional(text) }),
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
    /** Absent where there is no agent, as in rows of earlier versions. */
    agents: optional(record(sliceShape)),
    overlayAgents: optional(record(sliceShape)),
    /** The word of the approver before, by which another approves from now on; null where the approver stays or is the first. */
    change: nullable(word),
    /** The machine's own policy names who approves, whatever the ledger says. */
    byRoot: flag,
    /** The machine had a policy of its own. */
    rootPolicy: flag,
    /** The balance that was acknowledged, credits in digits. */
    balance: nullable(digits),
  }),
  /** Who was invited, joined, put out or let in again; the outcome says which. */
  /** `refused`, `strangers`: how many calls of agents, and requests of nobody, a safe refused; then `name` is whose the most were, if anybody's. */
  'agents.set': exactly({
    name: text,
    parent: optional(text),
    vm: optional(text),
    operation: optional(text),
    limits: optional(limitsShape),
    refused: optional(count),
    strangers: optional(count),
  }),
  /** `funder`: null for none. `word`: by which the approver named it; null where a person at a terminal did, or where it goes. */
  'policy.funder': exactly({ funder: nullable(text), word: nullable(word) }),
  'ledger.publish': empty,
  'ledger.head': empty,
  'ledger.withdraw': empty,
  'ledger.takeOver': exactly({ replaces: text, approvalsVoided: count }),
  /** `from`: the account that the credits leave, where that is another one. */
  'transfer.begin': exactly({ plan: text, from: optional(text), to: text, message: text, expires: optional(text) }),
  'transfer.publish': empty,
  'transfer.settled': exactly({ message: text, reason: optional(text) }),
  /** `networkId`: absent in rows of before. */
  /** `rpcs`: the nodes that it is sent to, as `toldUrl` tells of them; absent in rows of before. */
  'topup.begin': exactly({
    plan: text,
    transaction: text,
    nonce: count,
    amount: text,
    contract: text,
    chainId: count,
    rpcs: optional(list(text)),
    networkId: optional(text),
  }),
  'topup.send': exactly({ transaction: text }),
  'topup.broadcast': empty,
  /** `transaction`: the one that paid, a wallet's where it sped ours up. */
  'topup.paid': exactly({ transaction: text, block: count }),
  /** `post`: item hash of the distribution. */
  'topup.settled': exactly({ transaction: text, post: nullable(text), reason: optional(text) }),
  /** `until`: when this account's gc takes the grant back; absent where it does not. */
  'authz.begin': exactly({ address: text, channel: nullable(text), until: optional(text) }),
  'authz.publish': empty,
  /** `owner`: who pays for the VMs, where that is another account. */
  'authz.ending': exactly({ vms: list(text), owner: optional(text) }),
  'authz.forget': empty,
  /** `channel`: of the one grant that ended; absent where all of the address did. */
  'authz.confirmed': exactly({ address: text, channel: optional(text), message: nullable(text) }),
  /** `from`: the account whose VMs are ended and whose credits are taken back. */
  'recover.begin': exactly({ plan: text, from: text, vms: list(text) }),
  'recover.done': exactly({ plan: text, from: text }),
  'freeze.set': exactly({ freeze: count }),
  'freeze.thaw': exactly({ freeze: count, approval: text }),
  'reconcile.status': exactly(rejection),
  'reconcile.adopt': exactly({ state: text, expires: optional(text), ...otherPayer }),
  'reconcile.expiry': span,
  'watch.silence': exactly({ who: text }),
  'settle.expenses': exactly({ rows: count, vms: count, ...otherPayer }),
  'journal.signed': exactly({ message: text, vms: list(text) }),
  'journal.publish': empty,
  /** `message`: null where no entry was there. */
  'journal.cleared': exactly({ message: nullable(text), vms: list(text) }),
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

/** What answers a request for approval in place of a person's word: a transfer of exactly this. */
export type Quote = Fitting<typeof quote>;

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
  const where = { words: `Row ${effect.seq} of the audit trail (${point})`, facts: { row: effect.seq } };
  return readStored(shape, 'facts', effect.facts, where, point);
};
