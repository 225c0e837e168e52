import { hour, line, shown, unless, upVm } from '../harness/checks.ts';
import { task } from '../harness/task.ts';

export const explainBill = task({
  id: 'explain-bill',
  prompt:
    'The VM old is gone. What did it cost in all, by what the network billed? Write {"usd": "0.0000"} into answer.json. Change nothing.',
  async given(world) {
    const id = await upVm(world, 'old --cu 2 --ttl 2h');
    await world.devnet.advance(hour);
    await line(world, 'vm destroy old');
    await world.devnet.advance(2 * hour);
    await world.devnet.postExpenses();
    await line(world, 'gc --execute');
    return id;
  },
  problems({ bills, answer }, id) {
    const bill = bills.find(({ hash }) => hash === id);
    const usd = Number(bill?.billedCredits) / 1_000_000;
    return [
      ...unless(
        Math.abs(Number(answer['usd'] ?? Number.NaN) - usd) <= 0.0005,
        `answer.json says ${shown(answer['usd'])}, billed are ${usd}`,
      ),
      ...unless(bills.length === 1, 'another VM was made'),
    ];
  },
});
