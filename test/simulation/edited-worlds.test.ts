import { expect, test } from 'vitest';
import { editedWorld } from './editor/edited-world.ts';
import { groupSize, seedsToLive } from './live-worlds.ts';

const { seeds, whole } = seedsToLive({ all: 150, ofToday: 15 });
const totals = { made: 0, signed: 0, beyond: 0 };

test.each(seeds.filter((_, index) => index % groupSize === 0))(
  'S-20 to S-30, edited worlds %i and on: nothing over what the approver signed is spent, or verify finds it',
  async (from) => {
    for (const seed of seeds.filter((each) => each >= from && each < from + groupSize)) {
      const lived = await editedWorld(seed);
      totals.made += lived.made;
      totals.signed += lived.signed;
      totals.beyond += lived.beyond.length;
      if (lived.beyond.length === 0 || lived.found) continue;
      throw new Error(
        `world ${seed}: ${lived.beyond.join('; ')}\n\n${lived.log.join('\n')}\n\nAgain: npm run simulate -- --editor --seed ${seed}`,
      );
    }
  },
  180_000,
);

test('the edited worlds were lively', () => {
  expect(totals.made).toBeGreaterThan(seeds.length);
  if (whole) expect(totals.signed).toBeGreaterThan(seeds.length / 2);
});
