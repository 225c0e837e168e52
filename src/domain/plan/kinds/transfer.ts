import { usd } from '../../money/money.ts';
import { digits, exactly, nullable, type Shape, text, time } from '../../stored/shape.ts';
import { formatInstant } from '../../text/instant.ts';
import { byArguments, endsNothing, ofNoVm, signedAsPlan } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** Credits that leave an account for another one. */
export interface TransferSubject {
  account: string;
  to: string;
  /** Integer credits, in digits. */
  credits: string;
  /** When what is left of them is lost, ms; null: never, or as the lots that they come from. */
  expiresAt: number | null;
  argumentsDigest: string;
  /** The operation that an earlier call of the same began and did not end: this one goes on with it and sends nothing else. */
  goOn: string | null;
}

/** Credits that the account takes from another one, which lets it move them. */
export interface TakenSubject extends TransferSubject {
  from: string;
}

/** The account that the credits leave. */
export const giverOf = (subject: TransferSubject | TakenSubject): string => ('from' in subject ? subject.from : subject.account);

const ending = ({ expiresAt }: TransferSubject): string =>
  expiresAt === null ? '' : `; what is left of them at ${formatInstant(expiresAt)} is lost`;

const members = {
  account: text,
  to: text,
  credits: digits,
  expiresAt: nullable(time),
  argumentsDigest: text,
  goOn: nullable(text),
};

export const takenSubject: Shape<TakenSubject> = exactly({ ...members, from: text });

const transfer = (takenBy: string): PlanKind<TransferSubject> => ({
  takenBy,
  subject: exactly(members),
  boundTo: byArguments,
  ends: endsNothing,
  about: ofNoVm,
  signedAs: signedAsPlan,
  what: ({ subject }) => `Send ${usd(BigInt(subject.credits))} USD of credits to ${subject.to}${ending(subject)}`,
  mostUsd: ({ subject }) => usd(BigInt(subject.credits)),
  phrase: ({ subject }) => usd(BigInt(subject.credits)),
  summaryTellsWhy: false,
});

export const creditsAllow = transfer('credits allow');
export const creditsReturn = transfer('credits return');
