import type { ChainEvent } from '../world/chain.ts';
import type { DevnetClock } from '../world/clock.ts';
import type { DevnetRandom } from '../world/random.ts';
import type { Incoming, MessageRow } from './message.ts';
import type { ProcessingRules } from './process-message.ts';
import { processMessage } from './process-message.ts';
import { collectRemoved, markRemovals } from './removal.ts';
import type { CcnState } from './state.ts';

/** How an attempt ended, as the synchronous poster hears of it. */
export type Verdict = 'processed' | 'rejected' | 'pending';

export interface CcnNode {
  readonly state: CcnState;
  /**
   * Takes in a message from a poster or a peer; false when the node has seen it or knows it already and says nothing more. `at once`
   * skips the wait before the first attempt.
   */
  ingest(message: Incoming, when?: 'at once'): boolean;
  /** The end of the next attempt at a message; null when nothing is heard for `ms`. */
  verdict(hash: string, ms: number): Promise<Verdict | null>;
  isConfirmed(hash: string): boolean;
  /** Returns what ends the listening. */
  on(listener: (event: ChainEvent, subject: string) => void): () => void;
}

export interface CcnNodeOptions {
  clock: DevnetClock;
  random: DevnetRandom;
  rules: ProcessingRules;
  state: CcnState;
  /** How long a message lies before it is looked at, ms. */
  processMs: number;
  /** From processed to anchored on chain, ms. */
  confirmMs: number;
}

/** Ten retries after the first attempt (protocol-ccn §2.3). */
const MAX_ATTEMPTS = 11;
const LONGEST_BACKOFF_S = 300;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const seenKey = ({ envelope }: Incoming): string => `${envelope.sender} ${envelope.item_hash} ${envelope.signature}`;

/** One core channel node: takes messages in, processes them on the devnet's clock, retries, and runs the cron jobs. */
export const createCcnNode = ({ clock, random, rules, state, processMs, confirmMs }: CcnNodeOptions): CcnNode => {
  const listeners = new Set<(event: ChainEvent, subject: string) => void>();
  const waiting = new Map<string, Set<(verdict: Verdict) => void>>();
  const tell = (event: ChainEvent, subject: string): void => {
    for (const listener of listeners) listener(event, subject);
  };

  const decide = (hash: string, verdict: Verdict): void => {
    const waiters = waiting.get(hash);
    waiting.delete(hash);
    for (const waiter of waiters ?? []) waiter(verdict);
  };

  const settle = (row: MessageRow, forgotten: string[]): void => {
    const { item_hash: hash, type } = row.envelope;
    row.status = 'processed';
    row.error = null;
    row.processedAt = clock.now();
    decide(hash, 'processed');
    tell('processed', hash);
    if (type === 'AGGREGATE') tell('aggregate', `${row.content?.address}/${row.content?.['key']}`);
    for (const target of forgotten) tell('forgotten', target);
  };

  const attempt = (hash: string): void => {
    const row = state.messages.get(hash);
    if (row?.status !== 'pending') return;
    row.attempts++;
    const { outcome, forgotten } = processMessage(state, row, rules, clock.now());
    if (outcome.kind === 'processed') {
      settle(row, forgotten);
      return;
    }
    row.error = { code: outcome.code, details: outcome.details };
    if (outcome.kind === 'rejected' || row.attempts >= MAX_ATTEMPTS) {
      row.status = 'rejected';
      decide(hash, 'rejected');
      return;
    }
    const backoff = random.fraction() * Math.min(2 ** row.attempts, LONGEST_BACKOFF_S) * 1000;
    clock.at(clock.now() + backoff, () => attempt(hash));
    decide(hash, 'pending');
  };

  const ingest = (message: Incoming, when?: 'at once'): boolean => {
    const key = seenKey(message);
    if (state.seen.has(key)) return false;
    state.seen.add(key);
    // Without a signature the node stores nothing that can be asked for (protocol-ccn §12.3).
    if (message.envelope.signature === null) return false;
    const { item_hash: hash, item_content: text } = message.envelope;
    const known = state.messages.get(hash);
    if (known !== undefined && known.status !== 'rejected') return false;
    state.messages.set(hash, {
      ...message,
      status: 'pending',
      receivedAt: clock.now(),
      processedAt: null,
      attempts: 0,
      error: null,
      forgottenBy: [],
      reason: null,
      endedAt: null,
      size: text === null ? null : Buffer.byteLength(text),
    });
    if (when === 'at once') attempt(hash);
    else clock.at(clock.now() + processMs, () => attempt(hash));
    return true;
  };

  const verdict = (hash: string, ms: number): Promise<Verdict | null> =>
    new Promise((resolve) => {
      const waiters = waiting.get(hash) ?? new Set();
      waiting.set(hash, waiters);
      const waiter = (heard: Verdict): void => {
        cancel();
        resolve(heard);
      };
      waiters.add(waiter);
      const cancel = clock.at(clock.now() + ms, () => {
        waiters.delete(waiter);
        resolve(null);
      });
    });

  const isConfirmed = (hash: string): boolean => {
    const at = state.messages.get(hash)?.processedAt ?? null;
    return at !== null && clock.now() >= at + confirmMs;
  };

  const on: CcnNode['on'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  clock.every(HOUR_MS, () => markRemovals(state, clock.now(), isConfirmed));
  clock.every(DAY_MS, () => {
    for (const hash of collectRemoved(state, clock.now())) tell('removed', hash);
  });
  for (const row of state.messages.values()) {
    if (row.status === 'pending') clock.at(clock.now() + processMs, () => attempt(row.envelope.item_hash));
  }

  return { state, ingest, verdict, isConfirmed, on };
};
