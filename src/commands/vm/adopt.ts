import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { lifetime, name } from '../../contract/fields/fields.ts';
import { vmNext } from '../../contract/outputs/vm-next.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { adopt } from '../../lifecycle/adopt/adopt.ts';
import { planAdopt } from '../../lifecycle/adopt/plan-adopt.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { warnExpired } from '../../lifecycle/timers/warn-expired.ts';

export default change({
  name: 'vm adopt',
  summary: 'Import an untracked VM of this account and give it an expiry',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    hash: z
      .string()
      .regex(/^[0-9a-f]{6,64}$/, 'an item hash, or six or more of its first digits')
      .describe('Item hash, as gc lists it'),
    name: name.optional().describe('Its name'),
    ttl: lifetime.optional().describe('Lifetime from now, if the ledger has no expiry'),
  }),
  positionals: ['hash'],
  output: vmOutput.extend({ changed: z.boolean() }),
  brief: [...vmBrief, 'changed'],
  failures: [
    'KEY_MISSING',
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'NOT_OURS',
    'NAME_TAKEN',
    'TTL_TOO_LONG',
    'APPROVAL_NEEDED',
    'APPROVAL_EXPIRED',
    'JOURNAL_UNREADABLE',
    'CLOCK_UNTRUSTED',
    'PLAN_MOVED',
    'ADOPTION_UNPUBLISHED',
    'VM_BUSY',
    'WRONG_ACCOUNT',
  ],
  examples: [{ line: 'vm adopt HASH', why: 'one that gc lists' }],
  plan: (context, given, digest) =>
    planAdopt(context, {
      reference: given.hash,
      name: given.name ?? null,
      ttlSeconds: given.ttl ?? null,
      argumentsDigest: digest,
    }),
  async apply(context, plan) {
    const { vm, changed } = await adopt(context, plan);
    warnExpired(context, [vm]);
    return { ...toVmOutput(vm, enforcementOf(await context.ledger(), vm, context.clock.now())), changed };
  },
  text: (vm, style) =>
    [
      vm.changed
        ? style.good(`${vm.name} (${vm.id}) is ours: ${vm.state}.`)
        : `${vm.name} (${vm.id}) is in the ledger already: ${vm.state}.`,
      style.facts([
        ['price', `${vm.usdPerHour} USD/h, ${vm.heldUsd} USD in all from its creation on`],
        ['expires', style.when(vm.expiresAt)],
        ['ssh', vm.ssh === null ? 'none' : `${vm.ssh.host}:${vm.ssh.port}, with our key only where it was made with it`],
      ]),
    ].join('\n'),
  next: vmNext,
});
