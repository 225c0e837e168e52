import { everyLimit, type LimitKey, type Limits, limitRows, limitsBy } from '../limits/limits.ts';
import { loosened } from '../limits/loosened.ts';
import { givenLimits, limitText } from '../limits/stored-limits.ts';
import { tightened } from '../limits/tightened.ts';
import { usd } from '../money/money.ts';
import { digits, exactly, flag, list, nullable, optional, type Shape, text, time } from '../stored/shape.ts';
import { formatInstant } from '../text/instant.ts';

/** The limits that a slice may set beside its total; what it leaves out is the policy's. */
export const sliceLimits = ['maxDayCredits', 'maxBurnCreditsPerHour', 'maxVms', 'maxComputeUnits', 'maxTtlSeconds'] as const;

type SliceLimit = (typeof sliceLimits)[number] | 'maxTotalCredits';

/**
 * What one agent may do with an account (safe.md §1), as JSON keeps it: limits as digits. A slice is part of the policy and never looser than
 * the rest of it.
 */
export interface Slice {
  /** `maxTotalCredits`: all that the agent's VMs may cost, from `since` on. */
  limits: Readonly<Partial<Record<SliceLimit, string>>> & { readonly maxTotalCredits: string };
  /** Who pays for the agent's VMs. */
  payer: string;
  /** Since when its total runs, ms. */
  since: number;
  /** Until when the agent may call, ms; null: until it is revoked. */
  until: number | null;
  /** Commands that it may call beside those that every agent may. */
  commands: readonly string[];
  /** The safe runs commands in its VMs for it. */
  exec: boolean;
  /** It may choose nodes whose operators want terms agreed to. */
  terms: boolean;
}

export type Slices = Readonly<Record<string, Slice>>;

export const limitsShape: Shape<Slice['limits']> = exactly({
  maxTotalCredits: digits,
  ...Object.fromEntries(sliceLimits.map((limit) => [limit, optional(digits)])),
});

export const sliceShape: Shape<Slice> = {
  troubleAt: exactly({
    limits: limitsShape,
    payer: text,
    since: time,
    until: nullable(time),
    commands: list(text),
    exec: flag,
    terms: flag,
  }).troubleAt,
};

/** The limits of an agent under a policy. Its total counts from another day than the policy's, which holds beside it, so it stands for itself. */
export const limitsOfSlice = (policy: Limits, slice: Slice): Limits => {
  const given = givenLimits(slice.limits);
  return { ...tightened(policy, given), maxTotalCredits: given.maxTotalCredits };
};

/** Limits as far as a slice has them, every other at its loosest, so that two slices compare by what they say. */
const comparable = ({ limits: own }: Slice): Limits => {
  const given: Partial<Limits> = givenLimits(own);
  return limitsBy((limit, { unit }) => given[limit] ?? (unit === 'credits' ? 10n ** 30n : Number.MAX_SAFE_INTEGER));
};

const until = ({ until: at }: Slice): number => at ?? Number.POSITIVE_INFINITY;

/** What a change of one slice gives more of, in words; empty where it only narrows. */
export const loosenedIn = (from: Slice, to: Slice): string[] => [
  ...loosened(comparable(from), comparable(to)).map((limit) => limitRows[limit].given?.help ?? limit),
  ...(to.payer === from.payer ? [] : ['who pays']),
  ...(to.since > from.since ? ['since when its total runs'] : []),
  ...(until(to) > until(from) ? ['until when it may call'] : []),
  ...to.commands.filter((command) => !from.commands.includes(command)),
  ...(to.exec && !from.exec ? ['vm exec by the safe'] : []),
  ...(to.terms && !from.terms ? ['nodes with terms'] : []),
];

/** The names of the agents that a change of slices lets in, or gives more; taking an agent out only narrows. */
export const loosenedSlices = (from: Slices, to: Slices): string[] =>
  Object.entries(to)
    .filter(([name, slice]) => !Object.hasOwn(from, name) || loosenedIn(from[name]!, slice).length > 0)
    .map(([name]) => name);

const tighterSlice = (slice: Slice, other: Slice): Slice => {
  const [own, others] = [comparable(slice), comparable(other)];
  const tight = tightened(own, others);
  const said = (limit: LimitKey): limit is SliceLimit => limit in slice.limits || limit in other.limits;
  return {
    limits: Object.fromEntries(everyLimit.filter(said).map((limit) => [limit, String(tight[limit])])) as Slice['limits'],
    payer: slice.payer,
    since: Math.min(slice.since, other.since),
    until: Math.min(until(slice), until(other)) === Number.POSITIVE_INFINITY ? null : Math.min(until(slice), until(other)),
    commands: slice.commands.filter((command) => other.commands.includes(command)),
    exec: slice.exec && other.exec,
    terms: slice.terms && other.terms,
  };
};

/** What a child may do under its parent: its own slice, never looser than the parent's, and none of the commands that are granted apart. */
export const sliceOfChild = (child: Slice, parent: Slice): Slice => ({ ...tighterSlice(child, parent), since: child.since, commands: [] });

/** The slices, each as narrow as what was lowered since they were sealed says. Who is only among the lowered ones was never let in. */
export const tighterSlices = (slices: Slices, lowered: Slices): Slices =>
  Object.fromEntries(
    Object.entries(slices).map(([name, slice]) => [name, Object.hasOwn(lowered, name) ? tighterSlice(slice, lowered[name]!) : slice]),
  );

const ownLimits = (limits: Slice['limits']): string[] => {
  const own = everyLimit.filter((limit) => limit in limits && limit !== 'maxTotalCredits');
  return own.map((limit) => limitText(givenLimits(limits), limit));
};

/** The limits of a slice in words. */
export const sliceLimitsText = (limits: Slice['limits']): string =>
  [`${usd(givenLimits(limits).maxTotalCredits)} USD in all`, ...ownLimits(limits)].join(', ');

/** One slice in words, as an approver reads it before sealing. */
export const sliceText = (name: string, slice: Slice): string => {
  const given = givenLimits(slice.limits);
  return [
    `agent ${name} ${usd(given.maxTotalCredits)} USD in all since ${formatInstant(slice.since)}`,
    ...ownLimits(slice.limits),
    ...(slice.until === null ? [] : [`until ${formatInstant(slice.until)}`]),
    `${slice.payer.toLowerCase()} pays`,
    ...(slice.commands.length === 0 ? [] : [`also ${slice.commands.join(' and ')}`]),
    ...(slice.exec ? ['vm exec by the safe'] : []),
    ...(slice.terms ? ['nodes with terms'] : []),
  ].join(', ');
};

/** All slices on one line; empty where there are none. */
export const slicesText = (slices: Slices): string =>
  Object.entries(slices)
    .map(([name, slice]) => sliceText(name, slice))
    .sort()
    .join('; ');
