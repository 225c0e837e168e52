import { vi } from 'vitest';

/** Begins a call of somebody else's client as if it were this time: such a client signs the machine's own. */
export const atDevnetTime = <Result>(now: number, begin: () => Promise<Result>): Promise<Result> => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  try {
    return begin();
  } finally {
    vi.useRealTimers();
  }
};
