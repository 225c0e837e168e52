import { expect, it } from 'vitest';
import { openCalls } from '../../../src/surfaces/safe/open-calls.ts';
import { refusals } from '../../../src/surfaces/safe/refusals.ts';
import type { AgentBook, Refused } from '../../../src/surfaces/safe-door.ts';

/** A book of which only this is asked here, and a timer that goes off when the test says so. */
const door = (own: Partial<AgentBook>) => {
  const ticks: { ms: number; task: () => void }[] = [];
  const every = (ms: number, task: () => void) => {
    ticks.push({ ms, task });
    return () => {};
  };
  let time = 0;
  return {
    every,
    book: own as AgentBook,
    now: () => time,
    ticks,
    at: (ms: number) => {
      time = ms;
    },
  };
};

it('what an agent has open ends once it is put out, within a second, and others’ goes on', async () => {
  const letIn = new Set(['ci', 'ops']);
  let looks = 0;
  const { ticks, ...own } = door({
    letIn: () => {
      looks += 1;
      return (token) => letIn.has(token);
    },
  });
  const open = openCalls(own);
  const [look] = ticks;
  expect(look!.ms).toBeLessThan(1000);
  look!.task();
  expect(looks).toBe(0);
  const forEver = new Promise<string>(() => {});
  const ci = open.during({ token: 'ci', until: null }, () => forEver);
  let signalled: unknown = null;
  const ops = open.during({ token: 'ops', until: null }, (signal) => {
    signalled = signal;
    return Promise.resolve('answered');
  });
  expect(await ops).toBe('answered');
  look!.task();
  letIn.delete('ci');
  letIn.delete('ops');
  look!.task();
  await expect(ci).rejects.toMatchObject({ code: 'AGENT_REFUSED', details: { sideEffects: 'unknown' } });
  expect((signalled as AbortSignal).aborted).toBe(false);
  look!.task();
  expect(looks).toBe(2);
});

it('what an agent has open ends once its time is over', () => {
  const { ticks, at, ...own } = door({ letIn: () => () => true });
  const { signal } = openCalls(own).begin({ token: 'ci', until: 1000 });
  at(999);
  ticks[0]!.task();
  expect(signal.aborted).toBe(false);
  at(1000);
  ticks[0]!.task();
  expect(signal.reason).toMatchObject({ code: 'AGENT_REFUSED' });
});

it('a ledger that cannot be read just now ends nothing', async () => {
  const { ticks, ...own } = door({
    letIn: () => {
      throw new Error('busy');
    },
  });
  const { signal, end } = openCalls(own).begin({ token: 'ci', until: null });
  ticks[0]!.task();
  expect(signal.aborted).toBe(false);
  end();
});

it('a flood of refusals is written down once a minute and as the safe ends, and nothing where there was none', async () => {
  const rows: Refused[] = [];
  const { ticks, ...own } = door({ refused: async (counted) => void rows.push(counted) });
  const ending = new AbortController();
  const counted = refusals({ ...own, signal: ending.signal });
  const [minute] = ticks;
  expect(minute!.ms).toBe(60_000);
  minute!.task();
  for (let count = 0; count < 10_000; count += 1) counted.ofStranger();
  for (const name of ['ci', 'ci', 'ops']) counted.ofAgent(name);
  minute!.task();
  minute!.task();
  counted.ofStranger();
  ending.abort();
  expect(rows.map(({ agents, strangers }) => [[...agents], strangers])).toEqual([
    [
      [
        ['ci', 2],
        ['ops', 1],
      ],
      10_000,
    ],
    [[], 1],
  ]);
});
