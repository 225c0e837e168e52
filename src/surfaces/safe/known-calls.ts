/** For how long the answer of a call is kept for whoever makes it again, ms. */
const keptMs = 600_000;

/** How many answers are kept for one agent at most. */
const mostKept = 200;

interface Known<Answer> {
  digest: string;
  at: number;
  answer: Promise<Answer>;
}

/**
 * Calls by the id that the client gave each: the same id joins the call that is under way or gets its answer, and never runs twice. null where
 * the id was used for another call.
 */
export const knownCalls = <Answer>(now: () => number) => {
  const byAgent = new Map<string, Map<string, Known<Answer>>>();
  const swept = (calls: Map<string, Known<Answer>>): void => {
    for (const [id, { at }] of calls) if (at < now() - keptMs || calls.size > mostKept) calls.delete(id);
  };
  return (agent: string, id: string, digest: string, make: () => Promise<Answer>): Promise<Answer> | null => {
    const calls = byAgent.get(agent) ?? new Map<string, Known<Answer>>();
    byAgent.set(agent, calls);
    const known = calls.get(id);
    if (known !== undefined && known.at >= now() - keptMs) return known.digest === digest ? known.answer : null;
    swept(calls);
    const answer = make();
    calls.set(id, { digest, at: now(), answer });
    return answer;
  };
};
