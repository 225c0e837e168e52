import type { ChangeContext } from '../../ports/context.ts';
import type { Alert } from '../../ports/host/alerts.ts';

/** People are told of the same trouble again after this. */
const againAfterMs = 6 * 3600_000;

/** What agents ask of people comes more often: one alert in so long, ms, however much they ask. */
export const askedAgainMs = 10 * 60_000;

/** Delivers each alert at most once in six hours, that of requests at most once in ten minutes; the caller is warned of it every time. */
export const raiseAlerts = async (context: ChangeContext, alerts: readonly Alert[]): Promise<void> => {
  for (const alert of alerts) {
    context.warn(alert.code, alert.message);
    const key = `alerts/${alert.network}/${alert.account}/${alert.code}/${alert.vm ?? alert.agent ?? 'all'}`;
    if (context.cache.read(key, alert.code === 'APPROVAL_WAITS' ? askedAgainMs : againAfterMs) !== null) continue;
    const failed = await context.host.alerts.deliver(alert);
    if (failed.length === 0) context.cache.write(key, alert.at);
    for (const target of failed)
      context.warn('ALERT_NOT_DELIVERED', `The alert ${target} did not take "${alert.code}"; it is tried again.`);
  }
};
