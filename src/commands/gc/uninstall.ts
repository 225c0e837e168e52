import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { accountInUse } from '../../lifecycle/operation/account-in-use.ts';
import { unseeReaper } from '../../lifecycle/timers/unsee-reaper.ts';

export default change({
  name: 'gc uninstall',
  summary: 'Remove the schedule of gc from this machine',
  audience: 'owner',
  safety: 'change',
  input: z.object({}),
  output: z.object({ removed: z.array(z.enum(['systemd', 'launchd', 'cron'])) }),
  failures: ['NO_TIMER'],
  examples: [{ line: 'gc uninstall', why: 'VMs with a timer of their own end all the same' }],
  plan: async (context, _given, digest) => freePlan(context, 'gc uninstall', digest, `Run gc on ${context.network} no more.`, null),
  async apply(context) {
    const account = accountInUse(context) ?? '';
    const removed = await context.host.reaperTimer.uninstall({ network: context.network, account });
    if (removed.length > 0) await unseeReaper(context);
    return { removed };
  },
  text: ({ removed }) => (removed.length === 0 ? 'Nothing was installed.' : `gc is run by ${removed.join(' and ')} no more.`),
  next: () => [hint('what still ends VMs', 'gc status')],
});
