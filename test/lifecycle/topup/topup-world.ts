import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type CreditSale, openCreditSale } from '../../../src/devnet/evm/credit-sale.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { amountOf } from '../../../src/domain/topup/token.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { planTopUp, type TopUpPlan, type TopUpWish } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { atTerminal } from '../../support/approval/approver.ts';
import { type AnvilProcess, startAnvil } from '../../support/devnet/anvil.ts';
import { type ContextOptions, type TestContext, testContext } from '../../support/test-context.ts';

export interface TopUpWorld {
  t: TestContext;
  anvil: AnvilProcess;
  sale: CreditSale;
}

/** A devnet whose credits are sold on an anvil node of its own; the account has 100 USDC and ALEPH and 2 ETH there. */
export const topUpWorld = async (options: ContextOptions = {}): Promise<TopUpWorld> => {
  const anvil = await startAnvil();
  onTestFinished(() => anvil.close());
  const sale = await openCreditSale(anvil.url);
  const t = await testContext({ ...options, devnet: { ...options.devnet, sale } });
  await sale.give('usdc', t.account, 100_000_000n);
  await sale.give('aleph', t.account, 100n * 10n ** 18n);
  await sale.give('eth', t.account, 10n ** 18n);
  return { t, anvil, sale };
};

export const wishOf = (patch: Partial<TopUpWish> = {}): TopUpWish => ({
  token: 'usdc',
  sum: { credits: 5_000_000n },
  maxFeeWei: 5n * 10n ** 15n,
  rpcs: [],
  ...patch,
});

export const digestOf = ({ token, sum }: TopUpWish): string =>
  argumentsDigest('credits topup', { token, sum: 'units' in sum ? `${sum.units} units` : `${sum.credits}` });

/** Plans, and is the person who agrees. */
export const approved = async (t: TestContext, plan: TopUpPlan): Promise<TopUpPlan> => {
  const { argumentsDigest: digest } = plan.subject;
  const { id } = await requestApproval(t.context, plan, digest);
  await grantApproval(atTerminal(t.context), id, 'terminal');
  return granted(t, { ...plan, approval: id });
};

/** The approved plan as the ledger has it now. */
export const granted = async (t: TestContext, { subject, approval }: TopUpPlan): Promise<TopUpPlan> =>
  (await grantedPlan(t.context, subject.argumentsDigest, approval)) as Plan<'credits topup'>;

export const buy = async (t: TestContext, wish = wishOf()) => {
  const plan = await t.run(planTopUp(t.context, wish, digestOf(wish)));
  const { verdict } = plan;
  return t.run(topUp(t.context, verdict === 'approve' ? await approved(t, plan) : plan));
};

export const usdOf = async (t: TestContext): Promise<number> => {
  const answer = await t.devnet.fetch(new Request(`${t.devnet.origins.ccnA}/api/v0/addresses/${t.account}/balance`));
  return ((await answer.json()) as { credit_balance: number }).credit_balance / 1e6;
};

/** USDC that are left at the address. */
export const usdcOf = async ({ t, sale }: TopUpWorld): Promise<number> => {
  const data = `0x70a08231${t.account.slice(2).toLowerCase().padStart(64, '0')}`;
  return Number((await sale.node.call('eth_call', { to: sale.chain.tokens.usdc, data }, 'latest')) as string) / 1e6;
};

export const eth = (wei: bigint): string => amountOf(wei, 'eth');

/** Two price sources of the settings, at two ports of this machine; returns a function that moves the prices. */
export const priceSources = async (t: TestContext, told: { one: string; other: string }) => {
  let prices = told;
  const server = createServer((request, response) => {
    const { one, other } = prices;
    response.end(JSON.stringify({ aleph: { usd: Number(request.headers.host?.startsWith('localhost') ? other : one) } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await t.settings.put(['topup', 'priceSources'], [`http://127.0.0.1:${port}/{id}`, `http://localhost:${port}/{token}`]);
  return (moved: typeof told): void => {
    prices = moved;
  };
};
