import * as z from 'zod';
import { session } from '../../../contract/declare/command.ts';
import { hint } from '../../../contract/declare/hint.ts';
import { instant, vmId } from '../../../contract/fields/fields.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { exportCarrier } from '../../../lifecycle/timers/carrier.ts';

export default session({
  name: 'gc carrier export',
  summary: 'A script for any machine, to end a VM at expiry',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    vm: z.string().describe('Name or id'),
    out: z.string().min(1).describe('FILE, - is stdout'),
  }),
  positionals: ['vm'],
  output: z.object({
    id: vmId,
    name: z.string(),
    file: z.string().nullable(),
    expiresAt: instant,
    limitAt: instant.describe('Whatever is published'),
  }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'WRONG_ACCOUNT'],
  examples: [{ line: 'gc carrier export ci --out ci-carrier.sh', why: 'whoever has the file can end this VM, and nothing else' }],
  async run(context, input, terminal) {
    const toStdout = input.out === '-';
    if (toStdout && (terminal.interactive || terminal.machine)) {
      throw new Failure(
        'USAGE',
        '--out - writes the script to a pipe in text mode only: it is a right to act, and no screen or log should have it.',
      );
    }
    const { vm, script, limitAt } = await exportCarrier(context, input.vm);
    if (toStdout) terminal.write(script);
    else await context.host.files.write(input.out, script, { onlyOurs: true });
    context.warn('CAN_END_THE_VM', `Whoever reads this script can end ${vm.name} at any time.`);
    return {
      data: {
        id: shortId(vm.id),
        name: vm.name,
        file: toStdout ? null : input.out,
        expiresAt: formatInstant(vm.expiresAt),
        limitAt: formatInstant(limitAt),
      },
    };
  },
  text: ({ name, file }) =>
    file === null
      ? ''
      : [
          `${file} ends ${name} at its expiry. Take it to a machine that is always on (sh, awk, sed, curl or wget), 0600, with this in a crontab:`,
          `  * * * * * sh /path/to/${file.split('/').at(-1)} >/dev/null 2>&1`,
        ].join('\n'),
  next: ({ name, file }) => (file === null ? [] : [hint('pipe in what "sh FILE check" says there', 'gc carrier confirm', name, '-')]),
});
