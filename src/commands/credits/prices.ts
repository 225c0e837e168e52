import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { money } from '../../contract/fields.ts';
import { listOf } from '../../contract/list-of.ts';
import { Exact } from '../../domain/exact.ts';
import { usdPerHour } from '../../domain/money.ts';

export default query({
  name: 'credits prices',
  summary: 'Price of every size, from the network',
  input: z.object({}),
  output: listOf(
    z.object({
      tier: z.string(),
      computeUnits: z.int(),
      vcpus: z.int(),
      memoryMib: z.int(),
      diskMib: z.int(),
      usdPerHour: money,
      usdPerDay: money,
    }),
    { storageUsdPerGibHour: money },
  ),
  failures: ['PRICE_UNREADABLE'],
  examples: [{ line: 'credits prices', why: 'all sizes with their price per hour' }],
  async run(context) {
    const prices = await (await context.cloud()).prices();
    const items = prices.tiers.map(({ id, computeUnits }) => {
      const perSecond = new Exact(prices.computeUnit).times(computeUnits).div(3600);
      return {
        tier: id,
        computeUnits,
        vcpus: prices.unit.vcpus * computeUnits,
        memoryMib: prices.unit.memoryMib * computeUnits,
        diskMib: prices.unit.diskMib * computeUnits,
        usdPerHour: usdPerHour(perSecond),
        usdPerDay: usdPerHour(perSecond.times(24)),
      };
    });
    const storage = usdPerHour(new Exact(prices.storage).times(1024).div(3600));
    return { items, count: items.length, total: items.length, nextCursor: null, totals: { storageUsdPerGibHour: storage } };
  },
  text: ({ items, totals }, style) =>
    [
      style.table(
        ['CU', 'VCPUS', 'MEMORY', 'DISK', 'USD/H', 'USD/DAY'],
        items.map((row) => [
          String(row.computeUnits),
          String(row.vcpus),
          `${row.memoryMib / 1024} GiB`,
          `${row.diskMib / 1024} GiB`,
          row.usdPerHour,
          row.usdPerDay,
        ]),
      ),
      `Disk beyond that: ${totals.storageUsdPerGibHour} USD per GiB and hour.`,
    ].join('\n'),
  next: () => [{ command: 'aleph-agent credits estimate --cu 2 --ttl 4h', why: 'what one would cost in all' }],
});
