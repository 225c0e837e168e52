import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli-world.ts';
import { drainTo } from '../support/devnet/devnet-moves.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

interface Told {
  code: string;
  of?: string;
  figure: string;
  limit: string;
}

const call = (t: TestContext, line: string) => t.run(cli(`${line} --json`, { context: t.context, consent: { take: async () => null } }));
const checksOf = async (t: TestContext, line: string): Promise<Told[]> => (await call(t, line)).json().error?.['checks'] as Told[];

describe('I-08: what checks say', () => {
  it('I-08 policy set writes money in USD and names each limit', async () => {
    const t = await testContext();
    expect(await checksOf(t, 'policy set --max-day 3 --max-total 120.5 --max-vms 5 --max-ttl 2d --reauthorise')).toEqual([
      { code: 'APPROVAL_NEEDED', of: 'maxVms', figure: '5', limit: '3' },
      { code: 'APPROVAL_NEEDED', of: 'maxTtlSeconds', figure: '172800', limit: '86400' },
      { code: 'APPROVAL_NEEDED', of: 'maxDayUsd', figure: '3.0000', limit: '2.0000' },
      { code: 'APPROVAL_NEEDED', of: 'maxTotalUsd', figure: '120.5000', limit: '5.0000' },
      { code: 'APPROVAL_NEEDED', of: 'reauthorise', figure: 'anew', limit: 'never' },
    ]);
  });

  it('I-08 no two checks of one refusal have the same name', async () => {
    const t = await testContext();
    const checks = await checksOf(t, 'vm create ci --cu 12 --ttl 2d --max-hourly 0.01 --max-total 0.02');
    const names = checks.map(({ code, of }) => `${code} ${of ?? ''}`);
    expect(names).toEqual(expect.arrayContaining(['PRICE_CEILING maxHourly', 'PRICE_CEILING maxTotal', 'APPROVAL_NEEDED askAboveUsd']));
    expect(new Set(names).size).toBe(names.length);
    expect(checks.find(({ of }) => of === 'maxTotal')).toEqual({
      code: 'PRICE_CEILING',
      of: 'maxTotal',
      figure: '8.2080',
      limit: '0.0200',
    });
  });
});

describe('I-09: one name, one meaning', () => {
  it('I-09 reserveUsd is 24 h of burn wherever it stands; what the account must hold is neededUsd', async () => {
    const t = await testContext();
    const dataOf = async (line: string) => (await call(t, line)).json().data as Record<string, unknown>;
    const estimate = await dataOf('credits estimate --cu 1 --ttl 4h');
    expect(estimate).toMatchObject({ reserveUsd: '0.3420', neededUsd: '0.3990' });
    const plan = await dataOf('vm create ci --ttl 4h --dry-run');
    expect(plan['cost']).toEqual({ usdPerHour: '0.01425', mostUsd: '0.0570', neededUsd: '0.3990' });
    await call(t, 'vm create ci --ttl 4h --no-wait');
    expect(await dataOf('credits balance')).toMatchObject({ reserveUsd: '0.3420' });
  });

  it('I-09 where the reserve is short the figure is what would be needed, the limit what is there', async () => {
    const t = await testContext();
    drainTo(t.devnet, t.account, 200_000n);
    const [check] = await checksOf(t, 'vm create ci --ttl 4h');
    expect(check).toEqual({ code: 'CREDIT_RESERVE_SHORT', figure: '0.3990', limit: '0.2000' });
  });

  it('W-022 where credits are short, the fix names the sum that is missing and where to send it', async () => {
    const t = await testContext();
    drainTo(t.devnet, t.account, 200_000n);
    const { error } = (await call(t, 'vm create ci --ttl 4h')).json() as unknown as { error: { fix: unknown } };
    expect(error.fix).toEqual({
      actor: 'human',
      command: 'aleph-agent credits topup 0.20 --show',
      text: 'Send 0.20 USD of credits to the account, or buy them with tokens.',
    });
  });
});
