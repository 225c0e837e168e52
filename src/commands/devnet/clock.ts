import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration, instant } from '../../contract/fields/fields.ts';
import { clockKind, paceOf, paceText } from '../../contract/outputs/devnet-clock.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { durationWords } from '../../domain/text/duration.ts';
import { formatInstant } from '../../domain/text/instant.ts';

export default session({
  name: 'devnet clock',
  summary: "Advance the devnet's clock, or set its pace",
  audience: 'owner',
  safety: 'change',
  input: z.object({
    action: z.enum(['advance', 'rate', 'show']).describe('advance 5h, rate 60, or show'),
    value: z.string().optional().describe('A duration to advance by, or seconds per second'),
  }),
  positionals: ['action', 'value'],
  output: z.object({ at: instant, clock: clockKind, clockRate: z.number() }),
  failures: ['DEVNET_NOT_RUNNING', 'POLICY_REFUSED'],
  examples: [{ line: 'devnet clock advance 5h', why: 'what happens five hours on' }],
  async run(context, { action, value }) {
    const control = await context.host.devnets.control();
    const time =
      action === 'show'
        ? await control.time()
        : action === 'advance'
          ? await control.advance(readMs(value))
          : await control.setRate(readRate(value));
    return { data: { at: formatInstant(Math.floor(time.now)), ...paceOf(time) } };
  },
  text: (time) => `It is ${time.at} on the devnet, ${paceText(time)}.`,
  next: () => [hint('what has expired', 'gc', { network: 'devnet' })],
});

const readMs = (value: string | undefined): number => {
  const parsed = duration.safeParse(value);
  if (parsed.success) return parsed.data * 1000;
  throw new Failure('USAGE', `devnet clock advance takes ${durationWords}, not "${value ?? ''}".`);
};

const readRate = (value: string | undefined): number => {
  if (value !== undefined && /^\d{1,6}(\.\d+)?$/.test(value)) return Number(value);
  throw new Failure('USAGE', `devnet clock rate takes seconds per second from 0 to 999999, not "${value ?? ''}".`);
};
