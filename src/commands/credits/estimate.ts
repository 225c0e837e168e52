import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration, money } from '../../contract/fields/fields.ts';
import { sizeFields, sizeRequest, withdrawnSizes } from '../../contract/fields/size-fields.ts';
import { gpuUnit, plainUnit, unitWords } from '../../domain/money/compute-unit.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money/money.ts';
import { gpuTier, productLines, productRate, productSize } from '../../domain/money/product-price.ts';
import { offeredUnits } from '../../domain/money/size.ts';
import { formatDuration } from '../../domain/text/duration.ts';

const daySeconds = 86_400;
const anyLifetime = duration.refine((seconds) => seconds <= 36_525 * daySeconds, 'at most a hundred years');

export default query({
  name: 'credits estimate',
  summary: 'Estimate what a VM would cost, without an account',
  audience: 'agent',
  input: z.object({ ...sizeFields, ttl: anyLifetime.prefault('4h').meta({ setting: 'ttl' }).describe('Lifetime') }),
  output: z.object({
    vcpus: z.int(),
    memoryMib: z.int(),
    diskMib: z.int(),
    computeUnits: z.int().describe(`As billed: of ${unitWords(plainUnit)}; with GPUs of ${unitWords(gpuUnit)}`),
    gpus: z.array(z.string()),
    usdPerHour: money,
    ttlSeconds: z.int(),
    costUsd: money.describe('Until its expiry'),
    usdPerDay: money,
    usdPer30Days: money,
    reserveUsd: money.describe('24 h of its burn, which must stay in the account'),
    neededUsd: money.describe('Balance that an empty account needs'),
    creditsPerSecond: z.string(),
    lines: z.array(z.object({ part: z.string(), creditsPerSecond: z.string() })).describe('As the network bills them'),
  }),
  brief: ['vcpus', 'memoryMib', 'diskMib', 'gpus', 'usdPerHour', 'ttlSeconds', 'costUsd', 'usdPer30Days', 'reserveUsd', 'neededUsd'],
  withdrawn: withdrawnSizes,
  failures: ['PRICE_UNREADABLE', 'CONFIDENTIAL_UNSUPPORTED'],
  examples: [
    { line: 'credits estimate --cu 2 --ttl 8h', why: 'two compute units for a working day' },
    { line: 'credits estimate --gpu H100 --ttl 1h', why: 'a GPU for an hour' },
  ],
  async run(context, input) {
    const prices = await (await context.cloud()).prices.table();
    const gpus = input.gpu.map((model) => gpuTier(model, prices).model);
    const extras = { gpus, confidential: false };
    const size = productSize(sizeRequest(input), extras, prices);
    const rate = productRate(size, extras, prices);
    const { executions, volumes, discount } = productLines(size, extras, prices);
    const cost = creditsOver(rate, input.ttl);
    const reserve = creditsOver(rate, daySeconds);
    const isOwner = context.caller.agent === null;
    return {
      ...size,
      gpus,
      usdPerHour: usdPerHour(rate),
      ttlSeconds: input.ttl,
      costUsd: usd(cost),
      usdPerDay: usd(reserve),
      usdPer30Days: usd(creditsOver(rate, 30 * daySeconds)),
      // the reserve is the account's: an agent's slice needs what the VM costs
      reserveUsd: usd(isOwner ? reserve : 0n),
      neededUsd: usd(isOwner ? cost + reserve : cost),
      creditsPerSecond: new Exact(rate).toFixed(),
      lines: [
        ...executions.map(({ product, credits }) => ({ part: product, creditsPerSecond: credits.toFixed(18) })),
        ...volumes.map((credits) => ({ part: 'root disk', creditsPerSecond: credits.toFixed(18) })),
        { part: 'included disk', creditsPerSecond: discount.toFixed(18) },
      ],
    };
  },
  text: (estimate, style) =>
    style.facts([
      ['size', `${unitWords(estimate)} (${estimate.computeUnits} ${estimate.gpus.length === 0 ? 'CU' : 'GPU compute units'})`],
      ...(estimate.gpus.length === 0 ? [] : [['GPU', estimate.gpus.join(', ')] as const]),
      ['price', `${estimate.usdPerHour} USD/h, ${estimate.usdPerDay} USD a day, ${estimate.usdPer30Days} USD in 30 days`],
      [`for ${formatDuration(estimate.ttlSeconds)}`, `${estimate.costUsd} USD`],
      ['account needs', `${estimate.neededUsd} USD (24 h reserve ${estimate.reserveUsd})`],
    ]),
  next: ({ gpus, computeUnits, vcpus, memoryMib, diskMib, ttlSeconds }) => {
    if (gpus.length > 0) return [hint('what the account can spend', 'credits balance')];
    const whole = vcpus === computeUnits && memoryMib === computeUnits * 2048 && offeredUnits.includes(computeUnits);
    const size = whole ? { cu: computeUnits } : { vcpus, memory: memoryMib };
    const disk = diskMib === computeUnits * 20_480 ? {} : { disk: diskMib };
    const minutes = Math.max(1, Math.ceil(ttlSeconds / 60));
    return [hint('the full plan', 'vm create', { ...size, ...disk, ttl: `${minutes}m`, dryRun: true })];
  },
});
