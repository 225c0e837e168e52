import type { Alert } from '../domain/alert.ts';
import type { ReadContext } from '../ports/context.ts';
import { healthAlerts } from './health-alerts.ts';
import { removingAlerts } from './removing-alerts.ts';

/** Everything about an account's VMs that a person should hear of although nobody asked. */
export const accountAlerts = async (context: ReadContext, account: string): Promise<Alert[]> => {
  const ledger = await context.ledger();
  const vms = ledger.vms({ account, network: context.network, states: ['healthy', 'unreachable', 'stopped'] });
  return [...healthAlerts(ledger, vms, context.clock.now()), ...(await removingAlerts(context, account, vms))];
};
