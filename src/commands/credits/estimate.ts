import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { duration, money } from '../../contract/fields.ts';
import { sizeFields, sizeRequest } from '../../contract/size-fields.ts';
import { Exact } from '../../domain/exact.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money.ts';
import { rateOf } from '../../domain/price.ts';
import { sizeOf } from '../../domain/size.ts';

const daySeconds = 86_400;

export default query({
  name: 'credits estimate',
  summary: 'What a VM would cost, without an account',
  input: z.object({ ...sizeFields, ttl: duration.prefault('4h').describe('Lifetime') }),
  output: z.object({
    vcpus: z.int(),
    memoryMib: z.int(),
    diskMib: z.int(),
    computeUnits: z.int(),
    usdPerHour: money,
    ttlSeconds: z.int(),
    costUsd: money.describe('Until its expiry'),
    usdPer30Days: money,
    reserveUsd: money.describe('24 h of its burn, which must stay in the account'),
    neededUsd: money.describe('Balance that an empty account needs'),
    creditsPerSecond: z.string(),
  }),
  brief: ['vcpus', 'memoryMib', 'diskMib', 'usdPerHour', 'ttlSeconds', 'costUsd', 'reserveUsd', 'neededUsd'],
  failures: ['PRICE_UNREADABLE'],
  examples: [{ line: 'credits estimate --cu 2 --ttl 8h', why: 'two compute units for a working day' }],
  async run(context, input) {
    const prices = await (await context.cloud()).prices();
    const size = sizeOf(sizeRequest(input), 0, prices.unit);
    const rate = rateOf(size, prices);
    const cost = creditsOver(rate, input.ttl);
    const reserve = creditsOver(rate, daySeconds);
    return {
      ...size,
      usdPerHour: usdPerHour(rate),
      ttlSeconds: input.ttl,
      costUsd: usd(cost),
      usdPer30Days: usd(creditsOver(rate, 30 * daySeconds)),
      reserveUsd: usd(reserve),
      neededUsd: usd(cost + reserve),
      creditsPerSecond: new Exact(rate).toFixed(),
    };
  },
  text: (estimate, style) =>
    style.facts([
      ['size', `${estimate.vcpus} vCPU, ${estimate.memoryMib} MiB, ${estimate.diskMib} MiB disk (${estimate.computeUnits} CU)`],
      ['price', `${estimate.usdPerHour} USD/h, ${estimate.usdPer30Days} USD in 30 days`],
      ['until its expiry', `${estimate.costUsd} USD`],
      ['account needs', `${estimate.neededUsd} USD (24 h reserve ${estimate.reserveUsd})`],
    ]),
  next: ({ computeUnits, ttlSeconds }) => [
    { command: `aleph-agent vm create --cu ${computeUnits} --ttl ${Math.ceil(ttlSeconds / 60)}m --dry-run`, why: 'the full plan' },
  ],
});
