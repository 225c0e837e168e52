/** Limits of product.md §3. Money in integer credits, times in seconds. */
export interface Limits {
  maxVms: number;
  defaultTtlSeconds: number;
  maxTtlSeconds: number;
  /** Whole cost of one VM from creation to expiry above which a person is asked. */
  askAboveCredits: bigint;
  maxBurnCreditsPerHour: bigint;
  maxDayCredits: bigint;
  maxTotalCredits: bigint;
  balanceGuardPercent: number;
  maxComputeUnits: number;
  creationsPerMinute: number;
  coolDownSeconds: number;
  breakerFailures: number;
  breakerPauseSeconds: number;
  /** Destroying more than this at once asks. */
  destroyAtOnce: number;
  /** A VM that nothing reaches for so long is destroyed; 0: never for that. */
  teardownUnreachableSeconds: number;
  /** A VM that was to have a timer of its own and has none after this long is ended; 0: never for that. */
  endUnarmedSeconds: number;
}

export const defaultLimits: Limits = {
  maxVms: 3,
  defaultTtlSeconds: 4 * 3600,
  maxTtlSeconds: 24 * 3600,
  askAboveCredits: 100_000n,
  maxBurnCreditsPerHour: 100_000n,
  maxDayCredits: 2_000_000n,
  maxTotalCredits: 5_000_000n,
  balanceGuardPercent: 20,
  maxComputeUnits: 4,
  creationsPerMinute: 3,
  coolDownSeconds: 30,
  breakerFailures: 3,
  breakerPauseSeconds: 600,
  destroyAtOnce: 3,
  teardownUnreachableSeconds: 0,
  endUnarmedSeconds: 0,
};

const isAmountLike = (example: unknown, value: unknown): boolean =>
  typeof example === 'bigint' ? typeof value === 'bigint' && value >= 0n : Number.isSafeInteger(value) && Number(value) >= 0;

/** The first limit that is none: of another type, negative, or of a name that no limit has. null: all are limits. */
export const malformedLimit = (limits: unknown): string | null => {
  if (typeof limits !== 'object' || limits === null || Array.isArray(limits)) return 'limits';
  const known: Readonly<Record<string, unknown>> = { ...defaultLimits };
  return Object.entries(limits).find(([name, value]) => !(Object.hasOwn(known, name) && isAmountLike(known[name], value)))?.[0] ?? null;
};
