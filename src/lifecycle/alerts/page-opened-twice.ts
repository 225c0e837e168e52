import type { ChangeContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { alertOf } from './find-alerts.ts';
import { raiseAlerts } from './raise-alerts.ts';

/**
 * Alerts of a link to the dashboard that was used a second time: its page is closed, and whoever came first may have been the wrong one.
 */
export const alertOpenedTwice = (context: ChangeContext): Promise<void> =>
  raiseAlerts(context, [
    alertOf(context, accountInUse(context) ?? '')(
      'PAGE_OPENED_TWICE',
      null,
      'The link of a dashboard was used a second time, and its page is closed: somebody else on this machine has read it.',
    ),
  ]);
