import { afterAll, expect, test } from 'vitest';
import { type RaceOptions, type RaceResult, raceOfCopies } from '../../support/copies/race-of-copies.ts';

/** `npm run copies` starts 200 rounds. */
const rounds = Number(process.env['COPIES'] ?? 6);
const befores: readonly RaceOptions['before'][] = ['spent', 'approved', 'fresh', 'funded'];
const cases = Array.from({ length: rounds }, (_, nth): RaceOptions => {
  const seed = nth + 1;
  return { seed, copies: 2 + ((seed * 3) % 7), before: befores[nth % 4]!, spreadMs: (nth % 5) * 400 };
});

const races: RaceResult[] = [];

test.each(cases)(
  'S-05 round $seed: of $copies copies of a home ($before) one spends, and it goes on; the others hold nothing',
  async (options) => {
    const race = await raceOfCopies(options);
    races.push(race);
    expect(
      race.outcomes.filter((outcome) => outcome === 'created'),
      race.outcomes.join(' '),
    ).toHaveLength(1);
    expect(race).toMatchObject({ made: 1, heldByOthers: 0n, next: { winner: 'created' } });
    expect(race.next.others).not.toContain('created');
  },
);

afterAll(() => {
  if (process.env['COPIES'] === undefined) return;
  const codes = races
    .flatMap(({ outcomes }) => outcomes)
    .reduce((counts, code) => counts.set(code, (counts.get(code) ?? 0) + 1), new Map<string, number>());
  const times = races.map(({ longestMs }) => longestMs).sort((a, b) => a - b);
  const said = [...codes].map(([code, count]) => `${count} ${code}`).join(', ');
  process.stdout.write(
    `${races.length} rounds: ${said}; the slowest call of a round took ${times[times.length >> 1]} ms (median), ${times.at(-1)} ms at most\n`,
  );
});
