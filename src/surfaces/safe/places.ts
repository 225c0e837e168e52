/** How many calls go on at once, and how long one may queue for its turn, ms. */
export interface PlacesFor {
  each: number;
  all: number;
  queueMs: number;
  pause(ms: number): Promise<void>;
}

export interface Places {
  /** Takes a place; resolves with what gives it back, or with null where none came free in time. Agents that queue come in turn. */
  take(agent: string): Promise<(() => void) | null>;
  /** Calls that have a place now. */
  taken(): number;
}

interface Waiting {
  agent: string;
  settle(release: (() => void) | null): void;
}

/** Places for calls: so many for each agent, so many for all together. Who has the fewest is let in first, so that no agent keeps others out. */
export const places = ({ each, all, queueMs, pause }: PlacesFor): Places => {
  const held = new Map<string, number>();
  let total = 0;
  const queue: Waiting[] = [];
  const of = (agent: string): number => held.get(agent) ?? 0;
  const change = (agent: string, by: 1 | -1): void => {
    total += by;
    if (of(agent) + by === 0) held.delete(agent);
    else held.set(agent, of(agent) + by);
  };
  const enter = (agent: string): (() => void) => {
    change(agent, 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      change(agent, -1);
      letIn();
    };
  };
  const isFree = (agent: string): boolean => total < all && of(agent) < each;
  const letIn = (): void => {
    while (total < all) {
      let next: Waiting | null = null;
      for (const one of queue) if (isFree(one.agent) && (next === null || of(one.agent) < of(next.agent))) next = one;
      if (next === null) return;
      queue.splice(queue.indexOf(next), 1);
      next.settle(enter(next.agent));
    }
  };
  return {
    taken: () => total,
    take: (agent) => {
      if (isFree(agent)) return Promise.resolve(enter(agent));
      // an agent that has filled its own queue waits no further: it is refused at once
      if (queue.filter((one) => one.agent === agent).length >= each) return Promise.resolve(null);
      return new Promise((resolve) => {
        const waiting: Waiting = { agent, settle: resolve };
        queue.push(waiting);
        void pause(queueMs).then(() => {
          const place = queue.indexOf(waiting);
          if (place === -1) return;
          queue.splice(place, 1);
          resolve(null);
        });
      });
    },
  };
};

/** So many in a minute: tells in how many seconds there is room again; 0 now, and then it counts. */
export const minuteLimit = (most: number, now: () => number): ((agent: string) => number) => {
  const times = new Map<string, number[]>();
  return (agent) => {
    const since = now() - 60_000;
    const recent = (times.get(agent) ?? []).filter((at) => at > since);
    const isFull = recent.length >= most;
    if (!isFull) recent.push(now());
    times.set(agent, recent);
    return isFull ? Math.max(1, Math.ceil((recent[0]! - since) / 1000)) : 0;
  };
};
