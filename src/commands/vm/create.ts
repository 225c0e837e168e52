import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { ceilingFields, ceilingsOf } from '../../contract/fields/ceiling-fields.ts';
import { lifetime, name } from '../../contract/fields/fields.ts';
import { reachFacts, reachFields, toReach } from '../../contract/fields/reach-fields.ts';
import { setupInput, setupOutput, setupText, toSetup } from '../../contract/fields/setup-fields.ts';
import { sizeFields, sizeRequest, withdrawnSizes } from '../../contract/fields/size-fields.ts';
import { vmNext } from '../../contract/outputs/vm-next.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { argumentsDigest } from '../../domain/text/arguments-digest.ts';
import { planProvision } from '../../lifecycle/create/plan-provision.ts';
import { provision } from '../../lifecycle/create/provision.ts';
import { deadlineOf } from '../../lifecycle/operation/deadline-of.ts';
import { trustOf } from '../../lifecycle/reach/confirm-host-key.ts';
import { readSetup } from '../../lifecycle/setup/read-setup.ts';
import { setUp, withSetup } from '../../lifecycle/setup/set-up.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import type { ReadContext } from '../../ports/context.ts';
import { createWalk } from './walk/create-walk.ts';

const input = z.object({
  name: name.optional().describe('Generated if omitted'),
  ...sizeFields,
  image: z.string().default('debian12').describe('debian12, ubuntu22, ubuntu24, or an item hash'),
  ttl: lifetime.optional().meta({ setting: 'ttl' }).describe('Lifetime; the policy default if omitted'),
  crn: z.string().default('auto').describe('Node: hash, URL or name'),
  acceptTerms: z.boolean().default(false).describe("Accept the node's terms"),
  sshKey: z.string().optional().meta({ unit: 'FILE' }).describe('Public key to let in; one is made if omitted'),
  guestTimer: z.enum(['on', 'off']).optional().describe('Timer inside the VM that destroys it at expiry'),
  setup: setupInput,
  ...ceilingFields,
  task: name.optional().describe('Task whose budget pays'),
  wait: z.boolean().default(true).describe('Wait for SSH'),
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,100}$/, '1 to 100 of letters, digits and . _ : -')
    .optional()
    .describe('Safe to repeat: same id, same VM'),
  ifExists: z.enum(['fail', 'return']).default('fail').describe('What to do if the name is taken'),
});

/** A setup script counts by what it says, not by where it lies. */
const bound = async (context: ReadContext, given: z.output<typeof input>) => {
  const setup = (await readSetup(context, given.setup))?.digest;
  return { ...given, ...(setup === undefined ? {} : { setup }) };
};

export default change({
  name: 'vm create',
  summary: 'Create a VM with a lifetime and a price ceiling',
  audience: 'agent',
  safety: 'spend',
  input,
  positionals: ['name'],
  withdrawn: withdrawnSizes,
  output: vmOutput.extend({
    ...reachFields,
    setup: setupOutput,
    replayed: z.boolean().describe('It was there already'),
    why: z.string().nullable().describe('Why the first node tried'),
  }),
  brief: [...vmBrief, 'replayed', 'setup'],
  failures: [
    'KEY_MISSING',
    'ENVIRONMENT_UNTRUSTED',
    'POLICY_UNSEALED',
    'FROZEN',
    'TOO_MANY_VMS',
    'TTL_TOO_LONG',
    'BURN_LIMIT',
    'DAY_LIMIT',
    'TOTAL_LIMIT',
    'TASK_LIMIT',
    'SIZE_LIMIT',
    'BALANCE_GUARD',
    'OWNER_LIMIT',
    'CONFIDENTIAL_UNSUPPORTED',
    'PRICE_CEILING',
    'CREDIT_RESERVE_SHORT',
    'RATE_LIMITED',
    'COOL_DOWN',
    'BREAKER_OPEN',
    'APPROVAL_NEEDED',
    'APPROVAL_EXPIRED',
    'PRICE_UNREADABLE',
    'BALANCE_UNREADABLE',
    'LEDGER_OTHER',
    'LEDGER_ROLLED_BACK',
    'HEAD_UNPUBLISHED',
    'LEDGER_BROKEN',
    'CLOCK_UNTRUSTED',
    'PRICE_MOVED',
    'PRICE_UNUSUAL',
    'PLAN_MOVED',
    'IMAGE_NOT_FOUND',
    'NODE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'NODE_UNAVAILABLE',
    'NAME_TAKEN',
    'POSSIBLE_DUPLICATE',
    'REQUEST_ID_CONFLICT',
    'CREDITS_SHORT',
    'NETWORK_REJECTED',
    'CREATE_FAILED',
    'ROLLBACK_INCOMPLETE',
    'SSH_BLOCKED_FROM_HERE',
    'HOST_KEY_CHANGED',
    'SETUP_FAILED',
    'STILL_WAITING',
    'VM_BUSY',
    'WRONG_NETWORK',
    'WRONG_ACCOUNT',
    'GRANT_MISSING',
    'GRANTS_UNREADABLE',
  ],
  examples: [
    { line: 'vm create ci --ttl 2h --dry-run', why: 'price and checks' },
    { line: 'vm create ci --ttl 2h --request-id job-7', why: 'safe to repeat' },
  ],
  walk: createWalk,
  bound,
  async plan(context, given) {
    if (given.setup !== undefined && !given.wait) throw new Failure('USAGE', '--setup runs once the VM is healthy: leave --no-wait out.');
    const counts = await bound(context, given);
    return planProvision(context, {
      name: given.name ?? null,
      size: sizeRequest(given),
      extras: { gpus: given.gpu, confidential: false },
      image: given.image,
      ttlSeconds: given.ttl ?? null,
      crn: given.crn,
      acceptTerms: given.acceptTerms,
      sshKeyFile: given.sshKey,
      guestTimer: given.guestTimer === undefined ? null : given.guestTimer === 'on',
      setup: counts.setup ?? null,
      ...ceilingsOf(given),
      task: given.task ?? context.caller.task,
      requestId: given.requestId ?? null,
      ifExists: given.ifExists,
      argumentsDigest: argumentsDigest('vm create', {
        ...counts,
        task: given.task ?? context.caller.task,
        ...(context.caller.payer === null ? {} : { payer: context.caller.payer }),
      }),
    });
  },
  async apply(context, plan, given) {
    const setup = await readSetup(context, given.setup);
    if (plan.subject.replay === null && plan.subject.setup !== setup?.digest) {
      throw new Failure('PLAN_MOVED', 'The setup script is not the one that was planned. Nothing was sent; make the call again.');
    }
    const deadline = deadlineOf(context);
    const { vm, replayed } = await provision(context, plan, given.wait).catch((thrown: unknown) => {
      throw setup === null ? thrown : withSetup(thrown, setup);
    });
    const enforced = enforcementOf(await context.ledger(), vm, context.clock.now());
    const reach = toReach(vm.id, await trustOf(context, vm, !replayed));
    const done = setup === null ? {} : { setup: toSetup(await setUp(context, vm, setup, deadline)) };
    return { ...toVmOutput(vm, enforced), ...reach, ...done, replayed, why: plan.choice?.why ?? null };
  },
  text: (vm, style) =>
    [
      vm.replayed ? `${vm.name} (${vm.id}) is there already: ${vm.state}.` : style.good(`${vm.name} (${vm.id}) is ${vm.state}.`),
      style.facts([
        ['price', `${vm.usdPerHour} USD/h, ${vm.costUntilExpiryUsd} USD in all`],
        ['expires', style.when(vm.expiresAt)],
        ...(vm.payer === undefined ? [] : [['paid by', vm.payer] as const]),
        ['node', vm.why === null ? vm.node : `${vm.node} (${vm.why})`],
        ['ready after', vm.readySeconds === null ? 'not yet' : `${vm.readySeconds} s`],
        ...(vm.ssh === null ? [] : reachFacts(vm)),
      ]),
      ...setupText(vm.setup, style),
    ].join('\n'),
  next: vmNext,
});
