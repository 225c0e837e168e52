import { describe, expect, it, test } from 'vitest';
import { defaultPricing, defaultSettings, OFFICIAL_OWNER } from '../../../src/devnet/ccn/pricing/default-aggregates.ts';
import { isDead } from '../../../src/devnet/crn/world/crn.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { atFirstPost, priceTimes } from '../../support/devnet/devnet-moves.ts';
import { type CreatePlan, failureOf, planCreate, requestOf, type Wish } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { openWorld, type TestContext, testContext } from '../../support/test-context.ts';

/** 0.129375 USD/h: above the 0.10 USD/h of the policy's burn, and 3 compute units. */
const gpu: Wish = { name: 'train', size: {}, extras: { gpus: ['rtx4000ada'], confidential: false }, ttlSeconds: 3600 };
const codes = (plan: { failing: readonly { code: string }[] }) => plan.failing.map(({ code }) => code);

const approved = async (t: TestContext, wish: Wish): Promise<CreatePlan> => {
  const plan = await t.run(planCreate(t.context, wish));
  const { argumentsDigest } = requestOf(wish);
  const { id } = await requestApproval(t.context, plan, argumentsDigest);
  await grantApproval(t.context, id, 'terminal');
  return (await grantedPlan(t.context, argumentsDigest, id)) as CreatePlan;
};

const extension = (reference: string) => ({
  reference,
  bySeconds: 600,
  until: null,
  task: null,
  requestId: null,
  argumentsDigest: 'extend',
});

const posted = (t: TestContext, id: string) => JSON.parse(JSON.parse(t.ledger.signed(id)!.bytes).message.item_content);

describe('a GPU VM (W-166)', () => {
  it('always asks a person, and that approval lifts burn and size of this plan alone', async () => {
    const t = await testContext();
    const plan = await t.run(planCreate(t.context, gpu));
    expect(plan).toMatchObject({ verdict: 'approve', consentPhrase: '0.129375', cost: { usdPerHour: '0.129375', mostUsd: '0.129375' } });
    expect(codes(plan).sort()).toEqual(['APPROVAL_NEEDED', 'BURN_LIMIT']);
    expect(plan.summary).toBe('Create train: 3 vCPU, 18432 MiB, RTX 4000 ADA, for 1h, at most 0.129375 USD');
    expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'PLAN_MOVED' });
    expect(t.bills()).toEqual([]);

    const { vm } = await t.run(provision(t.context, await approved(t, gpu), true));
    expect(vm).toMatchObject({ state: 'healthy', spec: { gpus: ['RTX 4000 ADA'], computeUnits: 3 } });
    const next = await t.run(planCreate(t.context, { name: 'plain', size: { computeUnits: 1 }, ttlSeconds: 600 }));
    expect(next.verdict).toBe('deny');
    expect(codes(next)).toContain('BURN_LIMIT');
  });

  it("I-12 counts its cards' compute units against maxComputeUnits, says of what kind they are, and is asked for, not refused", async () => {
    const t = await testContext();
    putLimits(t.ledger, t.account, { maxComputeUnits: 2 });
    const card = defaultPricing.instance_gpu_standard.tiers.find(({ model }) => model === 'RTX 4000 ADA')!;
    const plan = await t.run(planCreate(t.context, gpu));
    expect(plan.failing.find(({ code }) => code === 'SIZE_LIMIT')).toMatchObject({
      figure: String(card.compute_units),
      limit: '2',
      message:
        'The VM has 3 GPU compute units (each 1 vCPU, 6 GiB, 60 GiB disk), the policy allows 2 of any kind; an approval of this VM lifts that for it.',
    });
    expect(plan.verdict).toBe('approve');
    const { vm } = await t.run(provision(t.context, await approved(t, gpu), true));
    expect(vm.spec).toMatchObject({ computeUnits: card.compute_units, vcpus: 3, memoryMib: 3 * 6144 });
    // without a card three units are three smaller ones, and the limit refuses
    const plain = await t.run(planCreate(t.context, { name: 'plain', size: { vcpus: 3 }, ttlSeconds: 600 }));
    expect(plain.verdict).toBe('deny');
    expect(plain.failing.find(({ code }) => code === 'SIZE_LIMIT')?.message).toBe('The VM has 3 compute units, the policy allows 2.');
  });

  it('asks below the threshold too', async () => {
    const t = await testContext();
    const plan = await t.run(planCreate(t.context, { ...gpu, ttlSeconds: 600 }));
    expect(plan.failing.find(({ code }) => code === 'APPROVAL_NEEDED')).toMatchObject({ figure: '0.021563', limit: '0.0000' });
    expect(plan.verdict).toBe('approve');
  });

  it('is refused, not asked for, where another limit stands against it', async () => {
    const t = await testContext();
    const plan = await t.run(planCreate(t.context, { ...gpu, ttlSeconds: 20 * 3600 }));
    expect(plan.verdict).toBe('deny');
    expect(codes(plan)).toContain('DAY_LIMIT');
    const granted = { ...plan, approval: 'ap_none' };
    expect(await t.run(failureOf(provision(t.context, granted, true)))).toMatchObject({ code: 'DAY_LIMIT' });
  });

  it("asks the network for the card by the network's own words for its device, on the node that has it", async () => {
    const t = await testContext();
    const { vm } = await t.run(provision(t.context, await approved(t, gpu), true));
    const crn = t.devnet.crns[1]!;
    expect(vm.node.hash).toBe(crn.spec.hash);
    const content = posted(t, vm.id);
    expect(content.requirements).toEqual({
      node: { node_hash: crn.spec.hash },
      gpu: [{ vendor: 'NVIDIA', device_name: 'AD104GL [RTX 4000 SFF Ada Generation]', device_class: '0300', device_id: '10de:27b0' }],
    });
    expect(content.environment).toMatchObject({ hypervisor: 'qemu' });
    expect(content.resources).toMatchObject({ vcpus: 3, memory: 18_432 });
    expect(t.bills()).toMatchObject([{ hash: vm.id, creditsPerSecond: vm.rate }]);
  });

  it('goes nowhere when the card is taken, whatever the list still says', async () => {
    const world = await openWorld();
    const t = await testContext({ world });
    // what the list said a moment ago is kept for a while
    const { vm } = await t.run(provision(t.context, await approved(t, gpu), true));
    expect(vm.state).toBe('healthy');
    const other = await testContext({ world, seed: 2 });
    const failure = await other.run(failureOf(planCreate(other.context, { ...gpu, name: 'second' })));
    expect(failure.code).toBe('NODE_UNAVAILABLE');
    expect(JSON.stringify(failure.details.facts)).toMatch(/no such GPU free|noGpu/);
    await world.close();
  });

  it('takes no card whose device the network prices as another model, whatever the node calls it', async () => {
    const world = await openWorld();
    const [card] = world.devnet.crns[1]!.spec.gpus;
    Object.assign(card!, { device_id: '10de:2330' });
    const t = await testContext({ world });
    expect(await t.run(failureOf(planCreate(t.context, gpu)))).toMatchObject({ code: 'NODE_UNAVAILABLE' });
    await world.close();
  });

  it('is not planned where two hosts do not agree on which card is which', async () => {
    const t = await testContext();
    const settings = { ...defaultSettings, compatible_gpus: [{ ...defaultSettings.compatible_gpus[0]!, device_id: '10de:27b0' }] };
    t.devnet.ccn.putAggregate({ address: OFFICIAL_OWNER, key: 'settings', content: settings }, 'b');
    expect(await t.run(failureOf(planCreate(t.context, gpu)))).toMatchObject({ code: 'PRICE_UNREADABLE' });
  });

  it('a price that moved since it was approved voids that', async () => {
    const t = await testContext();
    const plan = await approved(t, gpu);
    priceTimes(t.devnet, 1.03, undefined, 'instance_gpu_standard');
    expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'PRICE_MOVED' });
  });

  it('is asked for again when it shall live longer', async () => {
    const t = await testContext();
    const { vm } = await t.run(provision(t.context, await approved(t, gpu), true));
    const plan = await t.run(planExtend(t.context, extension(vm.name)));
    expect(plan.verdict).toBe('approve');
  });

  it('is destroyed at once where the network prices it above the plan after all (rule 6)', async () => {
    const world = await openWorld();
    const onRequest = atFirstPost(() => priceTimes(world.devnet, 1.05, undefined, 'instance_gpu_standard'));
    const t = await testContext({ world, onRequest });
    const plan = await approved(t, gpu);
    expect(await t.run(failureOf(provision(t.context, plan, true)))).toMatchObject({ code: 'PRICE_MOVED' });
    expect(t.vms()).toMatchObject([{ state: 'terminated', ending: 'price' }]);
    await world.close();
  });

  it('is found again by a lost ledger with its cards and its price', async () => {
    const world = await openWorld();
    const t = await testContext({ world });
    const { vm } = await t.run(provision(t.context, await approved(t, gpu), true));
    const { openMemoryLedger } = await import('../../../src/adapters/ledger/open-ledger.ts');
    const ledger = openMemoryLedger({ now: world.devnet.clock.now });
    const lost = await testContext({ world, ledger, seed: 3 });
    await lost.run(reconcile(lost.context, world.account));
    expect(ledger.vm(vm.id)).toMatchObject({ rate: vm.rate, spec: { gpus: ['RTX 4000 ADA'], computeUnits: 3 } });
    ledger.close();
    await world.close();
  });
});

test('a confidential VM is planned to its price and node, and never bought: nobody here could boot it', async () => {
  const t = await testContext();
  const wish: Wish = { name: 'vault', extras: { gpus: [], confidential: true } };
  const plan = await t.run(planCreate(t.context, wish));
  expect(plan).toMatchObject({ verdict: 'deny', cost: { usdPerHour: '0.0285' } });
  expect(codes(plan)).toEqual(['CONFIDENTIAL_UNSUPPORTED', 'APPROVAL_NEEDED']);
  const { nodes } = plan.subject;
  expect(nodes.map(({ hash }) => hash)).toEqual(
    t.devnet.crns.filter((crn) => crn.spec.confidential && !isDead(crn)).map(({ spec }) => spec.hash),
  );
  // not even with an approval
  const { id } = await requestApproval(t.context, plan, requestOf(wish).argumentsDigest);
  await grantApproval(t.context, id, 'terminal');
  expect(await t.run(failureOf(provision(t.context, { ...plan, approval: id }, true)))).toMatchObject({ code: 'CONFIDENTIAL_UNSUPPORTED' });
  expect(t.bills()).toEqual([]);
});
