/** For how long the answer of a call is kept for whoever makes it again, ms. */
const keptMs = 600_000;

/** What the answers that are kept for one agent come to at most, in characters; the newest is kept whatever its size. */
const mostKept = 256 * 1024;

interface Known<Answer> {
  digest: string;
  /** Since when its answer is known; null while it is under way. */
  at: number | null;
  /** null: it was dropped for lack of room. */
  answer: Promise<Answer> | null;
  /** 0 while it is under way. */
  size: number;
}

export interface KeptAnswers<Answer> {
  now(): number;
  sizeOf(answer: Answer): number;
  /** Did the call run at all? One that was turned away may be made again. */
  hasRun(answer: Answer): boolean;
}

/** `another`: the id was used for another call. `dropped`: the call was made, and its answer is there no more. */
export type Found<Answer> = Promise<Answer> | 'another' | 'dropped';

/**
 * Calls by the id that the client gave each: the same id joins the call that is under way or gets its answer, and never runs twice. What is
 * dropped for lack of room are answers, the oldest first, and never ids: how many of those there are, calls a minute bound.
 */
export const knownCalls = <Answer>({ now, sizeOf, hasRun }: KeptAnswers<Answer>) => {
  const byAgent = new Map<string, Map<string, Known<Answer>>>();
  const isOld = ({ at }: Known<Answer>): boolean => at !== null && at < now() - keptMs;
  const settled = (calls: Map<string, Known<Answer>>, id: string, answer: Answer): void => {
    const own = calls.get(id);
    if (own === undefined) return;
    if (!hasRun(answer)) {
      calls.delete(id);
      return;
    }
    own.at = now();
    own.size = sizeOf(answer);
    let total = [...calls.values()].reduce((sum, { size }) => sum + size, 0);
    for (const one of calls.values()) {
      if (total <= mostKept) return;
      if (one === own || one.size === 0) continue;
      total -= one.size;
      Object.assign(one, { answer: null, size: 0 });
    }
  };
  const find = (agent: string, id: string, digest: string, make: () => Promise<Answer>): Found<Answer> => {
    const calls = byAgent.get(agent) ?? new Map<string, Known<Answer>>();
    byAgent.set(agent, calls);
    const known = calls.get(id);
    if (known !== undefined && !isOld(known)) return known.digest === digest ? (known.answer ?? 'dropped') : 'another';
    const answer = make();
    calls.delete(id);
    calls.set(id, { digest, at: null, answer, size: 0 });
    void answer.then((settledAs) => settled(calls, id, settledAs));
    return answer;
  };
  /** Forgets what is too old. */
  const sweep = (): void => {
    for (const [agent, calls] of byAgent) {
      for (const [id, call] of calls) if (isOld(call)) calls.delete(id);
      if (calls.size === 0) byAgent.delete(agent);
    }
  };
  return { find, sweep };
};
