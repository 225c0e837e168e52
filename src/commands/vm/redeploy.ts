import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { ceilingFields, ceilingsOf } from '../../contract/fields/ceiling-fields.ts';
import { lifetime, name } from '../../contract/fields/fields.ts';
import { vmNext } from '../../contract/outputs/vm-next.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { argumentsDigest } from '../../domain/text/arguments-digest.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { planRedeploy } from '../../lifecycle/create/plan-redeploy.ts';
import { redeploy } from '../../lifecycle/create/redeploy.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import create from './create.ts';

export default change({
  name: 'vm redeploy',
  summary: "Create a new VM from another's spec; no data moves",
  audience: 'agent',
  safety: 'spend',
  input: z.object({
    vm: z.string().describe('Name or id'),
    name: name.optional().describe('NAME-2 if omitted, or the old name once free'),
    ttl: lifetime.optional().describe('Lifetime; as before if omitted'),
    replace: z.boolean().default(false).describe('Destroy the old one when the new one is healthy'),
    ...ceilingFields,
    crn: z.string().default('auto').describe('auto, hash, URL or name'),
    acceptTerms: z.boolean().default(false).describe("Accept the node's terms"),
    wait: z.boolean().default(true).describe('Wait for SSH'),
    requestId: create.input.shape.requestId,
  }),
  positionals: ['vm'],
  output: vmOutput.extend({
    replayed: z.boolean().describe('It was there already'),
    dataMoved: z.literal(false),
    old: z.object({ id: z.string(), name: z.string(), state: z.string() }),
  }),
  brief: [...vmBrief, 'replayed', 'dataMoved', 'old'],
  failures: [
    ...create.failures.filter((code) => code !== 'SETUP_FAILED'),
    'VM_NOT_FOUND',
    'VM_NOT_READY',
    'DESTROY_INCOMPLETE',
    'NOT_OURS',
  ],
  examples: [
    { line: 'vm redeploy ci --dry-run', why: 'what another one like it costs' },
    { line: 'vm redeploy ci --replace', why: 'its node is lost' },
  ],
  plan(context, given) {
    if (given.replace && !given.wait) throw new Failure('USAGE', '--replace waits for the new VM: leave --no-wait out.');
    return planRedeploy(context, {
      reference: given.vm,
      name: given.name ?? null,
      ttlSeconds: given.ttl ?? null,
      replace: given.replace,
      ...ceilingsOf(given),
      crn: given.crn,
      acceptTerms: given.acceptTerms,
      requestId: given.requestId ?? null,
      argumentsDigest: argumentsDigest('vm redeploy', { ...given, task: context.caller.task }),
    });
  },
  async apply(context, plan, given) {
    const { vm, old, replayed } = await redeploy(context, plan, given.wait);
    return {
      ...toVmOutput(vm, enforcementOf(await context.ledger(), vm, context.clock.now())),
      replayed,
      dataMoved: false as const,
      old: { id: shortId(old.id), name: old.name, state: old.state },
    };
  },
  text: (vm, style) =>
    [
      style.good(
        `${vm.name} (${vm.id}) is ${vm.replayed ? 'there already: ' : ''}${vm.state}, made like ${vm.old.name} (${vm.old.id}), which is ${vm.old.state}.`,
      ),
      style.facts([
        ['price', `${vm.usdPerHour} USD/h, ${vm.costUntilExpiryUsd} USD in all`],
        ['expires', style.when(vm.expiresAt)],
        ['data', 'none was moved: its disk is as the image has it'],
      ]),
    ].join('\n'),
  next: vmNext,
});
