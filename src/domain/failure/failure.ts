import type { FailureCode } from './failure-codes.ts';
import { failureCodes } from './failure-codes.ts';

export type SideEffects = 'none' | 'partial' | 'complete' | 'unknown';

/** The VM and the question that a check is about. It tells checks of one code apart, which their sentences cannot do reliably. */
export interface CheckSubject {
  of: 'protection' | 'task';
  /** Item hash. */
  vm: string;
}

/**
 * One check, with the figure that would be and the limit that is allowed. Money in USD strings, times RFC 3339, counts as digits.
 */
export interface Check {
  code: FailureCode;
  /** The limit's name, as `policy show` and the flags have it, where several checks share the code. */
  of?: string;
  figure: string;
  limit: string;
  message: string;
  /** For our own comparisons; never shown. */
  subject?: CheckSubject;
  /** How long to wait, for a check that time alone mends. */
  retryAfterSeconds?: number;
  /** What mends it, where the usual fix of its code would not. */
  fix?: Fix;
}

export interface Fix {
  actor: 'agent' | 'human';
  /** The exact command that mends the failure; null where no command can. */
  command: string | null;
  text: string;
}

export interface FailureDetails {
  fix?: Fix;
  checks?: readonly Check[];
  facts?: Readonly<Record<string, unknown>>;
  sideEffects?: SideEffects;
  /** What may be billing now because of this call, USD per hour. */
  exposureUsdPerHour?: string;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** The one way in which a command ends badly. Any other thrown error is a bug (`INTERNAL`). */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.details = details;
  }

  get exit(): number {
    return failureCodes[this.code].exit;
  }
}
