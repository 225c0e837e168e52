import type { NodeRef } from '../../../src/domain/ledger/vm-record.ts';
import type { OperationOf } from '../../../src/domain/plan/operation-plan.ts';
import { insertAttempt, type Signed, signAttempt } from '../../../src/lifecycle/create/sign-attempt.ts';
import { gcRound } from '../../../src/lifecycle/gc/gc-round.ts';
import { planGc } from '../../../src/lifecycle/gc/plan-gc.ts';
import { type CreatePlan, planCreate } from '../lifecycle-calls.ts';
import type { TestContext } from '../test-context.ts';

const operationOf = (t: TestContext, plan: CreatePlan, place: number): OperationOf<'create'> => ({
  id: `op_${place.toString(36).padStart(8, '0')}`,
  kind: 'create',
  network: t.context.network,
  account: t.account,
  agent: null,
  task: null,
  requestId: null,
  argumentsDigest: plan.subject.argumentsDigest,
  state: 'succeeded',
  plan,
  approval: null,
  startedAt: t.context.clock.now(),
  endedAt: t.context.clock.now(),
  failure: null,
  breaker: false,
});

/** The nodes that take plain VMs, with room for any number of them. */
const roomyNodes = ({ devnet }: TestContext): NodeRef[] =>
  devnet.crns
    .filter(({ spec }) => !spec.dead && spec.linked && spec.qemu && spec.ipv6.vm && spec.terms === '')
    .map(({ spec, address }) => {
      Object.assign(spec, { cores: 4_096, memoryMib: 2 ** 24, diskMib: 2 ** 28 });
      return { hash: spec.hash, untrustedName: spec.name, url: address };
    });

/** Sends one to the network, and has its node start it. */
const bringUp = async ({ context }: TestContext, { vm, message }: Signed): Promise<void> => {
  const cloud = await context.cloud();
  await cloud.messages.publishEverywhere(message, { timeoutMs: 60_000, signal: context.signal });
  await cloud.nodes.startOnNode(vm.node, vm.id, 600_000);
};

/** So many VMs that run, in the ledger and on the network: signed, recorded and sent as a create does it, without judging each. */
export const manyVms = async (t: TestContext, count: number, ttlSeconds: number, prefix = 'vm'): Promise<void> => {
  const { context, ledger } = t;
  t.devnet.ccn.distribute([{ address: t.account, amount: 1_000_000_000n }]);
  const plan = await planCreate(context, { ttlSeconds });
  const before = ledger.vms().length;
  const operations = Array.from({ length: count }, (_, place) => operationOf(t, plan, before + place));
  const nodes = roomyNodes(t);
  const signed: Signed[] = [];
  for (const [place, operation] of operations.entries()) {
    const subject = { ...plan.subject, name: `${prefix}-${place}` };
    signed.push(await signAttempt(context, { subject, operation, node: nodes[place % nodes.length]!, attempt: 1, channel: null }));
  }
  ledger.write('create.hold', (transaction) => {
    for (const operation of operations) transaction.insertOperation(operation);
    for (const one of signed) insertAttempt(transaction, one);
  });
  await Promise.all(signed.map((one) => bringUp(t, one)));
  await context.clock.wait(10 * 60_000);
  ledger.write('create.healthy', (transaction) => {
    for (const { vm } of signed) {
      const at = context.clock.now();
      transaction.updateVm(vm.id, { state: 'provisioning', processedAt: at, notifiedAt: at });
      transaction.updateVm(vm.id, { state: 'healthy', healthyAt: at });
    }
  });
};

/** How many requests are under way with one host at most; its hooks are a context's. */
export const requestsAtOnce = () => {
  const underWay = new Map<string, number>();
  let most = 0;
  const change = (url: string, by: number): void => {
    const { origin } = new URL(url);
    const now = (underWay.get(origin) ?? 0) + by;
    underWay.set(origin, now);
    most = Math.max(most, now);
  };
  return {
    hooks: {
      onRequest: ({ url }: Request): void => change(url, 1),
      spoil: async (answer: Response, { url }: Request): Promise<Response> => {
        change(url, -1);
        return answer;
      },
    },
    most: () => most,
  };
};

/** How long a round of gc takes by the devnet's clock, s. */
export const gcTakes = async (t: TestContext): Promise<number> => {
  const begin = t.context.clock.now();
  await t.run(planGc(t.context, t.account).then((items) => gcRound(t.context, t.account, items)));
  return (t.context.clock.now() - begin) / 1000;
};
