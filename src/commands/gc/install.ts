import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration } from '../../contract/fields/fields.ts';
import { timerOutput, timerText } from '../../contract/outputs/timer-output.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { consumeApproval } from '../../lifecycle/approvals/approvals.ts';
import { planInstall } from '../../lifecycle/timers/plan-install.ts';
import { timerStatus } from '../../lifecycle/timers/timer-status.ts';

export default change({
  name: 'gc install',
  summary: 'Schedule gc on this machine',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    every: duration.prefault('5m').describe('1m to 30m'),
    alertCommand: z.string().min(1).optional().describe('PATH, gets JSON on stdin'),
    alertUrl: z.string().min(1).optional().describe('https'),
  }),
  output: timerOutput,
  failures: ['NO_TIMER', 'APPROVAL_NEEDED', 'APPROVAL_EXPIRED'],
  examples: [{ line: 'gc install', why: 'a second enforcer beside the timer in each VM' }],
  plan: (context, { every, ...alerts }, digest) =>
    planInstall(context, { everySeconds: every, alertCommand: alerts.alertCommand, alertUrl: alerts.alertUrl }, digest),
  async apply(context, plan) {
    const { account, key, everyMinutes, alerts } = plan.subject;
    if (alerts !== null) {
      const ledger = await context.ledger();
      ledger.write('approval.use', (transaction) => consumeApproval(context, transaction, plan, { id: shortId(plan.id), account }));
      await context.host.alerts.choose(alerts);
    }
    const line = ['gc', 'watch', '--once', '--every', `${everyMinutes}m`, '--network', context.network, '--account', key, '--json'];
    const installed = await context.host.reaperTimer
      .install({ network: context.network, account, line, everyMinutes })
      .catch((problem: unknown) => {
        // Whoever runs the line by other means is alerted all the same.
        if (!(problem instanceof Failure) || alerts === null) throw problem;
        throw new Failure(problem.code, `${problem.message} The alerts are set.`, { ...problem.details, sideEffects: 'partial' });
      });
    if (installed.missing !== null) context.warn('TIMER_INCOMPLETE', `A person still has to do this: ${installed.missing}.`);
    return timerStatus(context);
  },
  text: timerText,
  next: () => [hint('when it last ran', 'gc status')],
});
