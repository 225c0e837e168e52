import { type Check, Failure, type FailureDetails } from '../../domain/failure/failure.ts';
import { type FailureCode, failureCodes } from '../../domain/failure/failure-codes.ts';
import { formatDuration } from '../../domain/text/duration.ts';
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
    checks: (checks as Check[]).map((check) => ({ ...check, message: wordsOf(check) })),
    ...(typeof exposureUsdPerHour === 'string' ? { exposureUsdPerHour } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  } as unknown as FailureDetails);
};

/** A check in words, of which a document has the figures alone. */
const wordsOf = ({ code, figure, limit }: Check): string => {
  const inWords = (text: string): string => (code === 'TTL_TOO_LONG' && /^\d+$/.test(text) ? formatDuration(Number(text)) : text);
  return limit === '' ? figure : `${inWords(figure)}, the limit is ${inWords(limit)}`;
};
