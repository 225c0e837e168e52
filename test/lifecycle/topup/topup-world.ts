import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type CreditSale, openCreditSale } from '../../../src/devnet/evm/credit-sale.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { amountOf } from '../../../src/domain/topup/token.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import type { AbandonPlan } from '../../../src/lifecycle/topup/abandon-top-up.ts';
import { planReplacement, planTopUp, type TopUpPlan, type TopUpWish } from '../../../src/lifecycle/topup/plan-top-up.ts';
import { topUp } from '../../../src/lifecycle/topup/top-up.ts';
import { atTerminal } from '../../support/approval/approver.ts';
import { type AnvilProcess, startAnvil } from '../../support/devnet/anvil.ts';
import { type ContextOptions, Death, type TestContext, testContext } from '../../support/test-context.ts';

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
  return t.run(topUp(t.context, verdict === 'approve' ? await approved(t, plan) : plan, []));
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

/** A top-up that is recorded, and whose process died when it was about to send it. */
export const begun = async (t: TestContext, wish = wishOf(), options: ContextOptions = {}): Promise<string> => {
  const plan = await approved(t, await t.run(planTopUp(t.context, wish, digestOf(wish))));
  const dying = await testContext({
    world: t,
    seed: 7,
    ...options,
    crash: (at, side) => {
      if (at === 'topup.broadcast' && side === 'before') throw new Death();
    },
  });
  await t.run(topUp(dying.context, plan, wish.rpcs)).catch(() => undefined);
  return t.ledger.operations({ kind: 'topup' })[0]!.id;
};

/** A transaction of the address that a wallet makes, mined as deep as a payment has to be. */
export const byWallet = async ({ t, anvil, sale }: TopUpWorld, call: { to: string; data?: string; value?: string }): Promise<string> => {
  await anvil.call('anvil_impersonateAccount', t.account);
  const hash = await anvil.call('eth_sendTransaction', { from: t.account, gas: '0x30d40', maxFeePerGas: '0x2540be400', ...call });
  await sale.mine(4);
  return String(hash);
};

export const transfer = ({ sale }: TopUpWorld, units: bigint) => ({
  to: sale.chain.tokens.usdc,
  data: `0xa9059cbb${sale.chain.contract.slice(2).toLowerCase().padStart(64, '0')}${units.toString(16).padStart(64, '0')}`,
});

export const states = (t: TestContext): string[] => t.ledger.operations({ kind: 'topup' }).map(({ state }) => state);

/** No CCN host shows the credits of any transaction. */
export const uncredited = (t: TestContext) =>
  testContext({
    world: t,
    timeoutMs: 60_000,
    seed: 9,
    spoil: async (response, { url }) => (url.includes('tx_hash') ? Response.json({ credit_history: [] }) : response),
  });

export const agreedTo = async (t: TestContext, plan: AbandonPlan): Promise<AbandonPlan> => {
  const { id } = await requestApproval(t.context, plan, 'abandon');
  await grantApproval(atTerminal(t.context), id, 'terminal');
  return (await grantedPlan(t.context, 'abandon', id)) as AbandonPlan;
};

export const patient = (t: TestContext, options: ContextOptions) => testContext({ world: t, timeoutMs: 60_000, seed: 8, ...options });

/** A dearer transaction in the place of the first one, which is sent, and whose process dies. */
export const replacedAndSent = async (t: TestContext): Promise<void> => {
  const dear = await approved(t, await t.run(planReplacement(t.context, { maxFeeWei: 10n ** 18n, rpcs: [] }, 'dear')));
  const dying = await patient(t, {
    crash: (at, side) => {
      if (at === 'topup.broadcast' && side === 'after') throw new Death();
    },
  });
  await t.run(topUp(dying.context, dear, [])).catch(() => undefined);
};

/** Two names of the one node. */
export const twins = ({ anvil }: TopUpWorld): string[] => [anvil.url, anvil.url.replace('127.0.0.1', 'localhost')];
