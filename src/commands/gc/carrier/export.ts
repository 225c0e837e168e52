import * as z from 'zod';
import { change } from '../../../contract/declare/command.ts';
import { hint } from '../../../contract/declare/hint.ts';
import { instant, vmId } from '../../../contract/fields/fields.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { exportCarrier } from '../../../lifecycle/timers/carrier.ts';
import { planCarrier } from '../../../lifecycle/timers/plan-carrier.ts';

export default change({
  name: 'gc carrier export',
  summary: 'Write a script that ends a VM at expiry from any machine',
  audience: 'owner',
  safety: 'destroy',
  input: z.object({
    vm: z.string().describe('Name or id'),
    // it is a right to act, and no screen, pipe or log should have it
    out: z
      .string()
      .min(1)
      .refine((path) => path !== '-', 'a FILE, which only you can read')
      .describe('FILE'),
  }),
  positionals: ['vm'],
  output: z.object({
    id: vmId,
    name: z.string(),
    file: z.string(),
    expiresAt: instant,
    limitAt: instant.describe('Whatever is published'),
  }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'WRONG_ACCOUNT', 'APPROVAL_NEEDED', 'APPROVAL_EXPIRED', 'PLAN_MOVED'],
  examples: [{ line: 'gc carrier export ci --out ci-carrier.sh', why: 'who holds the file can end this VM, and nothing else' }],
  plan: (context, given, digest) => planCarrier(context, given.vm, digest),
  async apply(context, plan, { out }) {
    const { vm, script, limitAt } = await exportCarrier(context, plan);
    await context.host.files.write(out, script, { onlyOurs: true });
    context.warn('CAN_END_THE_VM', `Whoever reads this script can end ${vm.name} at any time.`);
    return { id: shortId(vm.id), name: vm.name, file: out, expiresAt: formatInstant(vm.expiresAt), limitAt: formatInstant(limitAt) };
  },
  text: ({ name, file }) =>
    [
      `${file} ends ${name} at its expiry. Take it to a machine that is always on (sh, awk, sed, curl or wget), 0600, with this in a crontab:`,
      `  * * * * * sh /path/to/${file.split('/').at(-1)} >/dev/null 2>&1`,
    ].join('\n'),
  next: ({ name }) => [hint('pipe in what "sh FILE check" says there', 'gc carrier confirm', name, '-')],
});
