import type { SafeDoor } from '../safe-door.ts';

const minuteMs = 60_000;

/** Counts refusals, so that a flood of them is a row a minute, and one as the safe ends, and fills no ledger. */
export const refusals = ({ book, every, signal }: Pick<SafeDoor, 'book' | 'every' | 'signal'>) => {
  let agents = new Map<string, number>();
  let strangers = 0;
  const note = (): void => {
    if (agents.size === 0 && strangers === 0) return;
    const counted = { agents, strangers };
    agents = new Map();
    strangers = 0;
    void book.refused(counted).catch(() => {
      // the ledger takes nothing just now: the count is lost, the refusals stand
    });
  };
  every(minuteMs, note);
  signal.addEventListener('abort', note);
  return {
    ofAgent: (name: string): void => void agents.set(name, (agents.get(name) ?? 0) + 1),
    ofStranger: (): void => {
      strangers += 1;
    },
  };
};

export type Refusals = ReturnType<typeof refusals>;
