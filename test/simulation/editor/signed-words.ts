import type { TypedData } from '../../../src/domain/approval/typed-data.ts';
import { defaultLimits, type Limits } from '../../../src/domain/limits/limits.ts';
import { parseUsd } from '../../../src/domain/money/money.ts';

/** Everything that the approver has signed, kept by himself: no row of a ledger can change it. */
export interface SignedWords {
  /** Sums that were signed for one VM each: what was to be done, credits, and how many VMs. */
  grants: { what: string; credits: bigint; vms: number }[];
  /** The loosest that was ever signed. */
  loosest: Limits;
}

export const nothingSigned = (): SignedWords => ({ grants: [], loosest: { ...defaultLimits } });

const number = (text: string | undefined): string => /^\d+(\.\d+)?$/.exec(text ?? '')?.[0] ?? '0';

/** Notes what a signature gives, by what the message shows to a person who reads it. */
export const noteSigned = (words: SignedWords, { primaryType, message }: TypedData, limits: Limits | null): void => {
  const { what = '', mostUsd } = message;
  if (primaryType === 'PlanApproval') words.grants.push({ what, credits: parseUsd(number(mostUsd)), vms: 1 });
  if (primaryType === 'EnvelopeApproval') {
    words.grants.push({ what, credits: parseUsd(number(mostUsd)), vms: Number(/: (\d+) VMs in all/.exec(what)?.[1] ?? 0) });
  }
  if (limits === null) return;
  for (const key of Object.keys(words.loosest) as (keyof Limits)[]) {
    if (limits[key] > words.loosest[key]) Object.assign(words.loosest, { [key]: limits[key] });
  }
};
