import { expect, test } from 'vitest';
import { runTrials } from '../../src/commands/crash-test/run-trials.ts';
import type { Trial } from '../../src/commands/crash-test/trial.ts';
import { trials } from '../../src/commands/crash-test/trials.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { Verdict } from '../../src/domain/trials/verdict.ts';
import type { ProvingGrounds } from '../../src/ports/host/proving-ground.ts';

const held: Verdict = { outcome: 'held', evidence: 'seen' };
const none = null as unknown as ProvingGrounds;
const trial = (id: string, run: Trial['run'], more: Partial<Trial> = {}): Trial => ({
  id,
  tried: 't',
  claimed: 'c',
  notClaimed: 'n',
  run,
  ...more,
});

const run = (all: readonly Trial[], signal = new AbortController().signal) => {
  const told: string[] = [];
  return { told, done: runTrials(all, { grounds: none, seed: 7, signal, tell: ({ trial: { id } }) => told.push(id) }) };
};

test('a trial that throws has fallen, with what it threw, and the others go on', async () => {
  const broken = trial('broken', async () => {
    throw new Failure('DEVNET_NOT_RUNNING', 'The network went away.');
  });
  const bug = trial('bug', async () => JSON.parse('{'));
  const { done } = run([broken, bug, trial('good', async () => held)]);
  expect((await done).map(({ trial: { id }, verdict }) => [id, verdict.outcome])).toEqual([
    ['broken', 'fell'],
    ['bug', 'fell'],
    ['good', 'held'],
  ]);
  expect((await done)[0]?.verdict).toMatchObject({ broken: ['DEVNET_NOT_RUNNING: The network went away.'] });
});

test('what wants the whole machine runs alone and first; all come back in their order', async () => {
  const under: string[] = [];
  const seen: string[][] = [];
  const slow = (id: string, more: Partial<Trial> = {}): Trial =>
    trial(
      id,
      async () => {
        under.push(id);
        await new Promise(setImmediate);
        seen.push([...under]);
        under.splice(under.indexOf(id), 1);
        return held;
      },
      more,
    );
  const { done, told } = run([slow('a'), slow('whole', { alone: true }), slow('b'), slow('c')]);
  expect((await done).map(({ trial: { id } }) => id)).toEqual(['a', 'whole', 'b', 'c']);
  expect(told[0]).toBe('whole');
  expect(seen.filter((at) => at.includes('whole'))).toEqual([['whole']]);
  expect(seen.some((at) => at.length === 2)).toBe(true);
});

test('a seed draws the same for a trial whatever else runs', async () => {
  const drawn: number[] = [];
  const draw = trial('draw', async (stage) => {
    drawn.push(stage.draw());
    return held;
  });
  await run([draw]).done;
  await run([trial('other', async () => held), draw]).done;
  await run([trial('drew', draw.run)]).done;
  expect(drawn[1]).toBe(drawn[0]);
  expect(drawn[2]).not.toBe(drawn[0]);
});

test('after an interruption no further trial begins', async () => {
  const controller = new AbortController();
  const ran: string[] = [];
  const interrupting = trial('first', async () => {
    ran.push('first');
    controller.abort(new Failure('INTERRUPTED', 'Interrupted by SIGINT.'));
    return held;
  });
  const { done } = run([{ ...interrupting, alone: true }, trial('second', async () => held)], controller.signal);
  await expect(done).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(ran).toEqual(['first']);
});

test('every trial says what is tried, claimed and not claimed, in a sentence, under a name of its own', () => {
  expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length);
  for (const { id, tried, claimed, notClaimed } of trials) {
    for (const text of [tried, claimed, notClaimed]) expect(text, id).toMatch(/^[A-Z\d].{20,}\.$/);
  }
});
