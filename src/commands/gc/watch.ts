import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration } from '../../contract/fields/fields.ts';
import { gcItem, toGcItem } from '../../contract/outputs/gc-output.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { accountsInCare } from '../../lifecycle/gc/accounts-in-care.ts';
import { reap, seeReaper } from '../../lifecycle/gc/gc-round.ts';

export default session({
  name: 'gc watch',
  summary: 'Run gc --execute at intervals',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    every: duration.optional().describe('Time between rounds (5m); with --once, until the next call'),
    once: z.boolean().default(false).describe('One round'),
  }),
  output: z.object({ rounds: z.int(), failed: z.int(), items: z.array(gcItem).describe('Of the last round') }),
  failures: ['NOT_OURS'],
  examples: [{ line: 'gc watch --once --every 5m', why: 'what gc install runs' }],
  async run(context, input, terminal) {
    // A round by hand ends nothing tomorrow: it is no enforcer.
    const comesAgain = !input.once || input.every !== undefined;
    const done = { rounds: 0, failed: 0, items: [] as z.output<typeof gcItem>[] };
    for (;;) {
      done.rounds += 1;
      try {
        if (comesAgain) for (const account of await accountsInCare(context)) await seeReaper(context, account);
        done.items = (await reap(context)).map(toGcItem);
        const line = done.items.map(({ name, reason, reached, problem }) => `${name} ${reason}: ${problem ?? reached ?? ''}`).join(', ');
        if (!terminal.machine && !input.once)
          terminal.write(`${formatInstant(context.clock.now())}  ${line === '' ? 'nothing to do' : line}\n`);
      } catch (thrown) {
        // The next round may find the network again; a single one says how it ended.
        if (input.once || !(thrown instanceof Failure) || context.signal.aborted) throw thrown;
        done.failed += 1;
        context.warn(thrown.code, thrown.message);
        terminal.writeError(`${formatInstant(context.clock.now())}  ${thrown.code}: ${thrown.message}\n`);
      }
      if (input.once) return { data: done };
      await context.clock.wait(Math.max(1, input.every ?? 300) * 1000, context.signal, 'looking on');
    }
  },
  text: ({ items }) => (items.length === 0 ? 'Nothing to do.' : items.map(({ name, reason }) => `${name}: ${reason}`).join('\n')),
  next: () => [hint('what ends VMs while nobody runs', 'gc status')],
});
