import { shown, unless, upVm } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const lostNotes = task({
  id: 'lost-notes',
  prompt:
    'The machine of earlier work is lost, with all notes; this is a new one, which has the key. Find every VM that the account pays for, see that this machine has each on record, and write their ids into answer.json: {"ids": ["…"]}. Destroy nothing.',
  async given(world) {
    const earlier = { ...world, home: await world.devnet.homeOf(world.home) };
    await upVm(earlier, 'ci --ttl 2h');
    await upVm(earlier, 'web --ttl 1h');
  },
  problems({ live, bills, rows, answer }) {
    const ids = Array.isArray(answer['ids']) ? answer['ids'].map(String) : [];
    return [
      ...unless(live.length === 2 && bills.length === 2, 'VMs were made or destroyed'),
      ...unless(
        ids.length === live.length && live.every((hash) => ids.some((id) => id.length >= 8 && hash.startsWith(id))),
        `answer.json has ${shown(answer['ids'])}`,
      ),
      ...unless(
        live.every((hash) => rows.some(({ id }) => id === hash)),
        'not each is on record',
      ),
    ];
  },
});
