import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { ceilingFields, ceilingsOf } from '../../contract/fields/ceiling-fields.ts';
import { lifetime, name } from '../../contract/fields/fields.ts';
import { reachFacts, reachFields, toReach } from '../../contract/fields/reach-fields.ts';
import { sizeFields, sizeRequest, withdrawnSizes } from '../../contract/fields/size-fields.ts';
import { vmNext } from '../../contract/outputs/vm-next.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { argumentsDigest } from '../../domain/text/arguments-digest.ts';
import { planProvision } from '../../lifecycle/create/plan-provision.ts';
import { provision } from '../../lifecycle/create/provision.ts';
import { trustOf } from '../../lifecycle/reach/confirm-host-key.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { createWalk } from './create-walk.ts';

const input = z.object({
  name: name.optional().describe('Else made up'),
  ...sizeFields,
  image: z.string().default('debian12').describe('ubuntu22, ubuntu24, item hash'),
  ttl: lifetime.optional().meta({ setting: 'ttl' }).describe('Lifetime; default by policy'),
  crn: z.string().default('auto').describe('auto, hash, URL or name'),
  acceptTerms: z.boolean().default(false).describe("Node's terms"),
  sshKey: z.string().optional().describe('FILE, else our own'),
  guestTimer: z.enum(['on', 'off']).optional().describe('Timer in the VM'),
  ...ceilingFields,
  task: name.optional().describe('Held against its budget'),
  wait: z.boolean().default(true).describe('Wait for SSH'),
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,100}$/, '1 to 100 of letters, digits and . _ : -')
    .optional()
    .describe('Same id, same VM'),
  ifExists: z.enum(['fail', 'return']).default('fail').describe('If name is taken'),
});

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
    replayed: z.boolean().describe('It was there already'),
    why: z.string().nullable().describe('Why the first node tried'),
  }),
  brief: [...vmBrief, 'replayed'],
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
  plan: (context, given) =>
    planProvision(context, {
      name: given.name ?? null,
      size: sizeRequest(given),
      extras: { gpus: given.gpu, confidential: false },
      image: given.image,
      ttlSeconds: given.ttl ?? null,
      crn: given.crn,
      acceptTerms: given.acceptTerms,
      sshKeyFile: given.sshKey,
      guestTimer: given.guestTimer === undefined ? null : given.guestTimer === 'on',
      ...ceilingsOf(given),
      task: given.task ?? context.caller.task,
      requestId: given.requestId ?? null,
      ifExists: given.ifExists,
      argumentsDigest: argumentsDigest('vm create', {
        ...given,
        task: given.task ?? context.caller.task,
        ...(context.caller.payer === null ? {} : { payer: context.caller.payer }),
      }),
    }),
  async apply(context, plan, given) {
    const { vm, replayed } = await provision(context, plan, given.wait);
    const enforced = enforcementOf(await context.ledger(), vm, context.clock.now());
    const reach = toReach(vm.id, await trustOf(context, vm, !replayed));
    return { ...toVmOutput(vm, enforced), ...reach, replayed, why: plan.choice?.why ?? null };
  },
  text: (vm, style) =>
    [
      vm.replayed ? `${vm.name} (${vm.id}) is there already: ${vm.state}.` : style.good(`${vm.name} (${vm.id}) is ${vm.state}.`),
      style.facts([
        ['price', `${vm.usdPerHour} USD/h, ${vm.costUntilExpiryUsd} USD until ${vm.expiresAt}`],
        ...(vm.payer === undefined ? [] : [['paid by', vm.payer] as const]),
        ['node', vm.why === null ? vm.node : `${vm.node} (${vm.why})`],
        ['ready after', vm.readySeconds === null ? 'not yet' : `${vm.readySeconds} s`],
        ...(vm.ssh === null ? [] : reachFacts(vm)),
      ]),
    ].join('\n'),
  next: vmNext,
});
