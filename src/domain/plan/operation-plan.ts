import { Failure } from '../failure/failure.ts';
import type { OperationRecord } from '../ledger/ledger-records.ts';
import { readStored } from '../stored/read-stored.ts';
import { count, digits, either, exactly, json, oneOf, optional, type Shape, text, time } from '../stored/shape.ts';
import { type AdoptSubject, vmAdopt } from './kinds/adopt.ts';
import { type ExtendSubject, vmExtend } from './kinds/extend.ts';
import { type ProvisionSubject, vmCreate } from './kinds/provision.ts';
import { type RedeploySubject, type Succession, vmRedeploy } from './kinds/redeploy.ts';
import { type Child, type SpawnSubject, vmSpawn } from './kinds/spawn.ts';
import { creditsTopup, type TopUpSubject } from './kinds/top-up.ts';
import { creditsAllow, type TakenSubject, type TransferSubject, takenSubject } from './kinds/transfer.ts';

/** A message that the operation keeps because it is sent before its VM has a row. */
interface KeptMessage {
  id: string;
  kind: 'INSTANCE' | 'FORGET' | 'AGGREGATE' | 'POST';
  bytes: string;
  signedAt: number;
}

/** A transaction of an EVM chain, signed. */
export interface KeptTransaction {
  /** `0x` and 64 digits, computed from `raw`. */
  hash: string;
  /** The signed bytes, `0x` and hex. */
  raw: string;
  nonce: number;
  /** The newest block when it was signed; absent in rows of before. */
  after?: number;
  /** Wei in digits: a transaction that takes its place has to offer more. */
  maxFeePerGas: string;
  maxPriorityFeePerGas: string;
}

interface Terms {
  id: string;
  terms: Readonly<Record<string, unknown>>;
}

/** The plan that is stored with an operation, by the operation's kind. */
export interface OperationPlans {
  create: Terms & { subject: ProvisionSubject | RedeploySubject | SpawnSubject };
  /** `message`: the id of the message that publishes the new expiry. */
  extend: Terms & { subject: ExtendSubject; message: string };
  adopt: Terms & { subject: AdoptSubject; message?: KeptMessage };
  transfer: Terms & { subject: TransferSubject | TakenSubject; message: KeptMessage };
  topup: Terms & { subject: TopUpSubject; transaction: KeptTransaction };
}

export type OperationKind = keyof OperationPlans;

/** An operation as it is written, with the plan of its kind. */
export type OperationOf<Kind extends OperationKind> = Omit<OperationRecord, 'kind' | 'plan'> & { kind: Kind; plan: OperationPlans[Kind] };

export type NewOperation = { [Kind in OperationKind]: OperationOf<Kind> }[OperationKind];

const keptMessage = exactly({ id: text, kind: oneOf('INSTANCE', 'FORGET', 'AGGREGATE', 'POST'), bytes: text, signedAt: time });

const shapes: { readonly [Kind in OperationKind]: Shape<OperationPlans[Kind]> } = {
  create: exactly({ id: text, terms: json, subject: either(vmCreate.subject, either(vmRedeploy.subject, vmSpawn.subject)) }),
  extend: exactly({ id: text, terms: json, subject: vmExtend.subject, message: text }),
  adopt: exactly({
    id: text,
    terms: json,
    subject: vmAdopt.subject,
    message: optional(keptMessage),
  }),
  transfer: exactly({ id: text, terms: json, subject: either(creditsAllow.subject, takenSubject), message: keptMessage }),
  topup: exactly({
    id: text,
    terms: json,
    subject: creditsTopup.subject,
    transaction: exactly({
      hash: text,
      raw: text,
      nonce: count,
      after: optional(count),
      maxFeePerGas: digits,
      maxPriorityFeePerGas: digits,
    }),
  }),
};

type Stored = Pick<OperationRecord, 'id' | 'kind' | 'plan'>;

const read = <Kind extends OperationKind>(kind: Kind, operation: Stored): OperationPlans[Kind] => {
  const where = { words: `The plan stored with operation ${operation.id}`, facts: { operation: operation.id } };
  readStored(oneOf(kind), 'its kind', operation.kind, where);
  return readStored(shapes[kind], 'plan', operation.plan, where);
};

/**
 * The plan of a create operation. Like the other readers here, throws `LEDGER_UNREADABLE` where the stored plan has no shape that any
 * version wrote.
 */
export const creationOf = (operation: Stored | null): ProvisionSubject => {
  if (operation === null) throw new Failure('LEDGER_UNREADABLE', 'The operation that made this VM is not in the ledger.');
  return read('create', operation).subject;
};

/** The old VM that a create operation replaces; null where the operation is no redeploy. */
export const successionOf = (operation: Stored): Succession | null => {
  const { subject } = read('create', operation);
  return 'old' in subject ? subject : null;
};

/** The child that lives in the VM of a create operation; null where none does. */
export const childOf = (operation: Stored): Child | null => {
  const { subject } = read('create', operation);
  return 'child' in subject ? subject.child : null;
};

export const extensionOf = (operation: Stored): OperationPlans['extend'] => read('extend', operation);

export const adoptionOf = (operation: Stored): OperationPlans['adopt'] => read('adopt', operation);

export const transferOf = (operation: Stored): OperationPlans['transfer'] => read('transfer', operation);

export const topUpOf = (operation: Stored): OperationPlans['topup'] => read('topup', operation);
