import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { instant, money } from '../../contract/fields.ts';
import { Exact } from '../../domain/exact.ts';
import { formatInstant } from '../../domain/instant.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money.ts';
import { runwaySeconds } from '../../lifecycle/runway.ts';

export default query({
  name: 'credits balance',
  summary: 'What the account holds, burns, and how long it lasts',
  input: z.object({}),
  output: z.object({
    account: z.string(),
    usd: money,
    credits: z.string().describe('Integer; 1,000,000 are 1 USD'),
    usdPerHour: money.describe('Burn of everything live, files included'),
    reserveUsd: money.describe('24 h of that burn: the network removes VMs below it'),
    runwaySeconds: z.int().nullable(),
    creditsEndAt: instant.nullable(),
    lots: z.array(z.object({ usd: money, expiresAt: instant.nullable() })),
  }),
  brief: ['account', 'usd', 'usdPerHour', 'reserveUsd', 'runwaySeconds', 'creditsEndAt'],
  failures: ['KEY_MISSING'],
  examples: [{ line: 'credits balance', why: 'before anything is planned' }],
  async run(context) {
    const { address } = context.keys.current(context.network);
    const cloud = await context.cloud();
    const [balance, burn] = await Promise.all([cloud.balance(address), cloud.burn(address)]);
    const runway = runwaySeconds(balance, burn, context.clock.now());
    return {
      account: address,
      usd: usd(balance.credits),
      credits: balance.credits.toString(),
      usdPerHour: usdPerHour(burn.perSecond),
      reserveUsd: usd(creditsOver(new Exact(burn.perSecond), 86_400)),
      runwaySeconds: runway,
      creditsEndAt: runway === null ? null : formatInstant(context.clock.now() + runway * 1000),
      lots: balance.lots.map((lot) => ({ usd: usd(lot.credits), expiresAt: lot.expiresAt === null ? null : formatInstant(lot.expiresAt) })),
    };
  },
  text: (balance, style) =>
    style.facts([
      ['account', balance.account],
      ['balance', `${balance.usd} USD (${balance.credits} credits)`],
      ['burn', `${balance.usdPerHour} USD/h`],
      ['24 h reserve', `${balance.reserveUsd} USD`],
      ['credits end', balance.creditsEndAt ?? 'nothing burns'],
    ]),
  next: ({ credits, account }) =>
    credits === '0'
      ? [{ command: `aleph-agent keys show`, why: `send credits to ${account}` }]
      : [{ command: 'aleph-agent vm create --dry-run', why: 'what a VM costs' }],
});
