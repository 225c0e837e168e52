import type { Check } from '../failure/failure.ts';

export type Verdict = 'allow' | 'approve' | 'deny';

/**
 * What a change would do, before it is done. A value: consent is given to its `id`, the SHA-256 of `terms` in canonical
 * JSON (RFC 8785), so that it means the same at a terminal, over MCP, or signed by a wallet.
 */
export interface Plan<Subject = unknown> {
  action: string;
  id: string;
  /** What consent binds: network, account, payer, action, normalised input, nodes, ttl, price ceiling, policy version. JSON, numbers as strings. */
  terms: Readonly<Record<string, unknown>>;
  /** What `apply` needs beyond the terms. Never shown, never hashed. */
  subject: Subject;
  verdict: Verdict;
  /** Every check that failed, gravest first. */
  failing: readonly Check[];
  /** Every check that was made, for --dry-run. */
  checks: readonly (Check & { ok: boolean })[];
  /** USD; null for what costs nothing. */
  cost: { usdPerHour: string; mostUsd: string; reserveUsd: string } | null;
  /** Which nodes, by the first 12 digits, in order, and why the first; absent where none is chosen. */
  choice?: { crns: readonly string[]; why: string };
  /** What it brings with it that one should know, a line each. */
  notes?: readonly string[];
  /** One line for people: what will be done. */
  summary: string;
  /** The word or amount that a person types when asked to approve; null asks yes or no. */
  consentPhrase: string | null;
  expiresAt: string;
  /** Set where this plan was approved before and was taken from the store. */
  approval: string | null;
}
