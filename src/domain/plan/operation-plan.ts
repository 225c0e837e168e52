import { Failure } from '../failure/failure.ts';
import type { OperationRecord } from '../ledger/ledger-records.ts';
import { readStored } from '../stored/read-stored.ts';
import { either, exactly, json, oneOf, optional, type Shape, text, time } from '../stored/shape.ts';
import { type AdoptSubject, vmAdopt } from './kinds/adopt.ts';
import { type ExtendSubject, vmExtend } from './kinds/extend.ts';
import { type ProvisionSubject, vmCreate } from './kinds/provision.ts';
import { type RedeploySubject, type Succession, vmRedeploy } from './kinds/redeploy.ts';
import { creditsAllow, type TransferSubject } from './kinds/transfer.ts';

/** A message that the operation keeps because it is sent before its VM has a row. */
interface KeptMessage {
  id: string;
  kind: 'INSTANCE' | 'FORGET' | 'AGGREGATE' | 'POST';
  bytes: string;
  signedAt: number;
}

interface Terms {
  id: string;
  terms: Readonly<Record<string, unknown>>;
}

/** The plan that is stored with an operation, by the operation's kind. */
export interface OperationPlans {
  create: Terms & { subject: ProvisionSubject | RedeploySubject };
  /** `message`: the id of the message that publishes the new expiry. */
  extend: Terms & { subject: ExtendSubject; message: string };
  adopt: Terms & { subject: AdoptSubject; message?: KeptMessage };
  transfer: Terms & { subject: TransferSubject; message: KeptMessage };
}

export type OperationKind = keyof OperationPlans;

/** An operation as it is written, with the plan of its kind. */
export type OperationOf<Kind extends OperationKind> = Omit<OperationRecord, 'kind' | 'plan'> & { kind: Kind; plan: OperationPlans[Kind] };

export type NewOperation = { [Kind in OperationKind]: OperationOf<Kind> }[OperationKind];

const keptMessage = exactly({ id: text, kind: oneOf('INSTANCE', 'FORGET', 'AGGREGATE', 'POST'), bytes: text, signedAt: time });

const shapes: { readonly [Kind in OperationKind]: Shape<OperationPlans[Kind]> } = {
  create: exactly({ id: text, terms: json, subject: either(vmCreate.subject, vmRedeploy.subject) }),
  extend: exactly({ id: text, terms: json, subject: vmExtend.subject, message: text }),
  adopt: exactly({
    id: text,
    terms: json,
    subject: vmAdopt.subject,
    message: optional(keptMessage),
  }),
  transfer: exactly({ id: text, terms: json, subject: creditsAllow.subject, message: keptMessage }),
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

export const extensionOf = (operation: Stored): OperationPlans['extend'] => read('extend', operation);

export const adoptionOf = (operation: Stored): OperationPlans['adopt'] => read('adopt', operation);

export const transferOf = (operation: Stored): OperationPlans['transfer'] => read('transfer', operation);
