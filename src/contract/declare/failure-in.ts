import { type Check, Failure, type FailureDetails } from '../../domain/failure/failure.ts';
import { type FailureCode, failureCodes } from '../../domain/failure/failure-codes.ts';
import type { AnsweredDocument } from './door.ts';

type Failed = Extract<AnsweredDocument, { ok: false }>;

/** The failure that a document tells of, as if it had been thrown here. */
export const failureIn = ({ error }: Failed): Failure => {
  const { code, message, sideEffects, exposureUsdPerHour, fix, checks, facts, retryAfterSeconds } = error;
  const known: FailureCode = Object.hasOwn(failureCodes, String(code)) ? (code as FailureCode) : 'INTERNAL';
  return new Failure(known, String(message), {
    sideEffects,
    fix,
    facts,
    checks: (checks as Check[]).map((check) => ({ ...check, message: `${check.figure}, the limit is ${check.limit}` })),
    ...(typeof exposureUsdPerHour === 'string' ? { exposureUsdPerHour } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  } as unknown as FailureDetails);
};
