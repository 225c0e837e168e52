import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration, instant, money, vmId } from '../../contract/fields/fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant, parseInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { extend } from '../../lifecycle/extend/extend.ts';
import { planExtend } from '../../lifecycle/extend/plan-extend.ts';

const input = z.object({
  vm: z.string().describe('Name or id'),
  by: duration.optional().describe('Extend by this long'),
  until: z
    .string()
    .refine((text) => parseInstant(text) !== null, 'a time like 2026-12-01T14:00:00Z')
    .optional()
    .describe('Extend to this time; safe to repeat'),
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,100}$/, '1 to 100 of letters, digits and . _ : -')
    .optional()
    .describe('The same id extends only once'),
});

export default change({
  name: 'vm extend',
  summary: "Extend a VM's lifetime; limits judge its whole cost since creation",
  audience: 'agent',
  safety: 'spend',
  input,
  positionals: ['vm'],
  output: z.object({
    id: vmId,
    name: z.string(),
    state: z.string(),
    changed: z.boolean(),
    expiresAt: instant,
    ttlSeconds: z.int().describe('From creation'),
    usdPerHour: money,
    costUntilExpiryUsd: money,
    heldUsd: money,
  }),
  brief: ['id', 'name', 'state', 'changed', 'expiresAt', 'usdPerHour', 'costUntilExpiryUsd'],
  failures: [
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'VM_NOT_READY',
    'ENVIRONMENT_UNTRUSTED',
    'POLICY_UNSEALED',
    'FROZEN',
    'TOO_MANY_VMS',
    'TTL_TOO_LONG',
    'SIZE_LIMIT',
    'BURN_LIMIT',
    'DAY_LIMIT',
    'TOTAL_LIMIT',
    'TASK_LIMIT',
    'BALANCE_GUARD',
    'OWNER_LIMIT',
    'CREDIT_RESERVE_SHORT',
    'APPROVAL_NEEDED',
    'APPROVAL_EXPIRED',
    'BALANCE_UNREADABLE',
    'LEDGER_OTHER',
    'LEDGER_ROLLED_BACK',
    'HEAD_UNPUBLISHED',
    'LEDGER_BROKEN',
    'CLOCK_UNTRUSTED',
    'PRICE_MOVED',
    'PLAN_MOVED',
    'REQUEST_ID_CONFLICT',
    'EXTENSION_UNPUBLISHED',
    'NOT_OURS',
    'WRONG_ACCOUNT',
    'GRANT_MISSING',
    'GRANTS_UNREADABLE',
    'VM_BUSY',
  ],
  examples: [
    { line: 'vm extend ci --by 2h --dry-run', why: 'price and checks' },
    { line: 'vm extend ci --by 2h', why: 'two hours more' },
  ],
  plan: (context, given, digest) => {
    if ((given.by === undefined) === (given.until === undefined)) {
      throw new Failure('USAGE', 'Give one of --by and --until: how much longer, or until when.', {
        fix: agent('For example --by 2h.', 'vm extend', { help: true }),
      });
    }
    if (given.by === 0) throw new Failure('USAGE', '--by "0" is not right: an extension goes forwards.');
    return planExtend(context, {
      reference: given.vm,
      bySeconds: given.by ?? null,
      until: given.until === undefined ? null : parseInstant(given.until),
      requestId: given.requestId ?? null,
      argumentsDigest: digest,
    });
  },
  async apply(context, plan) {
    const { vm, changed } = await extend(context, plan);
    return {
      id: shortId(vm.id),
      name: vm.name,
      state: vm.state,
      changed,
      expiresAt: formatInstant(vm.expiresAt),
      ttlSeconds: vm.ttlSeconds,
      usdPerHour: usdPerHour(new Exact(vm.rate)),
      costUntilExpiryUsd: usd(creditsOver(new Exact(vm.rate), vm.ttlSeconds)),
      heldUsd: usd(vm.hold),
    };
  },
  text: (vm, style) =>
    [
      vm.changed
        ? style.good(`${vm.name} (${vm.id}) now expires ${style.when(vm.expiresAt)}.`)
        : `${vm.name} (${vm.id}) expires ${style.when(vm.expiresAt)} already.`,
      style.facts([['price', `${vm.usdPerHour} USD/h, ${vm.costUntilExpiryUsd} USD from creation to then`]]),
    ].join('\n'),
  next: ({ name }) => [hint('the VM in full', 'vm show', name)],
});
