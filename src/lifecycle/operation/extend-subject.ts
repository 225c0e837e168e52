import { Failure } from '../../domain/failure/failure.ts';

/** A term in JSON: it is stored with the operation and with an approval. */
export interface StoredTerm {
  expiresAt: number;
  ttlSeconds: number;
  hold: string;
}

/** One VM's longer life. The old term is there again where the new one could not be published. */
export interface ExtendSubject {
  vm: string;
  account: string;
  from: StoredTerm;
  to: StoredTerm;
  /** Credits per second that the price was reckoned with. */
  rate: string;
  requestId: string | null;
  argumentsDigest: string;
  goOn: null;
}

/** Nothing new is held: the VM ends then already (`operation` null), or an extension of it is on its way. */
export interface GoOnSubject {
  vm: string;
  goOn: { operation: string | null };
}

export const readExtendSubject = (stored: unknown): ExtendSubject => {
  const subject = (stored as { subject?: ExtendSubject } | null)?.subject;
  if (subject?.from === undefined || subject.to === undefined) {
    throw new Failure('LEDGER_UNREADABLE', 'The plan stored with this extension cannot be read.');
  }
  return subject;
};
