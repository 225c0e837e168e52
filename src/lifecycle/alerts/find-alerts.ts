import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { journalReadable } from '../../domain/ledger/journal.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { counted } from '../../domain/text/counted.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Alert } from '../../ports/host/alerts.ts';
import { enforcementOf } from '../timers/enforced-by.ts';
import { contestedEnd, longestTtl } from '../timers/expiry.ts';
import { revokedWords } from '../timers/warn-of-ttl.ts';
import { onRecord, readRecord } from '../trail/public-record.ts';
import { compareWithPolicy } from './compare-with-policy.ts';
import { healthAlerts } from './health-alerts.ts';
import { askedAgainMs } from './raise-alerts.ts';
import { removingAlerts } from './removing-alerts.ts';

/** Trouble that mends itself within this time is not worth a person's attention. */
const patienceMs = 10 * 60_000;

/**
 * Returns what a person should hear of, from ledger and network as they are now. The texts hold our own words, names and ids only, never a
 * stranger's.
 */
export const findAlerts = async (context: ChangeContext, account: string): Promise<Alert[]> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const now = context.clock.now();
  const rows = ledger.vms({ account, network: context.network, states: liveStates });
  const [journal, removing] = await Promise.all([
    rows.some((vm) => now >= vm.expiresAt) ? cloud.accounts.journal(account) : null,
    cloud.accounts.removing(account),
  ]);
  const maxTtlSeconds = await longestTtl(context, account);
  const removals = await removingAlerts(context, rows, removing);
  const about = alertOf(context, account);
  return [
    ...healthAlerts(ledger, rows, now).map(({ vm, message }) => about('VM_UNREACHABLE', vm, message)),
    ...rows
      .filter((vm) => vm.state === 'stopping' && now - (vm.stoppingAt ?? now) >= patienceMs)
      .map((vm) => about('TEARDOWN_INCOMPLETE', vm, `VM ${vm.name} was to end 10 min ago and is not proven gone; it may bill on.`)),
    ...(journal === null || journalReadable(journal) ? [] : [about('JOURNAL_UNREADABLE', null, unread)]),
    ...rows.flatMap((vm) => {
      const contested =
        journal === null ? null : contestedEnd(onRecord(ledger, vm, { listed: [], journals: journal }, now), journal, now, maxTtlSeconds);
      return contested === null ? [] : [about('EXPIRY_CONTESTED', vm, contested)];
    }),
    ...rows.filter(isUp).flatMap((vm) => {
      const { by, revoked } = enforcementOf(ledger, vm, now);
      if (revoked) return [about('GRANT_REVOKED', vm, revokedWords(vm))];
      if (by.length === 0) return [about('TTL_NOT_ENFORCED', vm, `Nothing was seen within the hour that ends VM ${vm.name} by itself.`)];
      return by.length === 1 ? [about('ONE_ENFORCER', vm, `Only one thing (${by[0]}) ends VM ${vm.name} at its expiry.`)] : [];
    }),
    ...removals.map(({ vm, message }) => about('REMOVING', vm, message)),
  ];
};

/** Tells whether something must end the VM: a stopped one bills as much as a running one, and has no guest timer. */
const isUp = ({ state }: VmRecord): boolean => state === 'healthy' || state === 'unreachable' || state === 'stopped';

const unread = 'Expiries cannot be read from two hosts; expired VMs are not ended from here and bill on.';

/** An alert of now, about a VM of an account or about the account. */
export const alertOf =
  (context: ChangeContext, account: string) =>
  (code: Alert['code'], vm: VmRecord | null, message: string): Alert => ({
    code,
    message,
    network: context.network,
    account,
    vm: vm?.id ?? null,
    name: vm?.name ?? null,
    at: formatInstant(context.clock.now()),
  });

/** Returns the alert about VMs of ours that gc found unknown to the ledger. */
export const strayAlert = (context: ChangeContext, account: string, count: number): Alert[] =>
  count === 0
    ? []
    : [
        alertOf(context, account)(
          'STRAY_VMS',
          null,
          `${counted(count, 'VM')} of this account ${count === 1 ? 'burns' : 'burn'} that the ledger did not know.`,
        ),
      ];

/** Requests that were made since an alert could last go out, and a round more. */
const askedLatelyMs = askedAgainMs + 60_000;

/** Returns the alert about requests of a safe's agents that came lately and wait for a person. */
export const askedAlert = async (context: ChangeContext, account: string): Promise<Alert[]> => {
  const ledger = await context.ledger();
  const since = context.clock.now() - askedLatelyMs;
  const asked = ledger
    .approvals({ state: 'pending', network: context.network, account })
    .filter(({ agent, requestedAt, expiresAt }) => agent !== null && requestedAt > since && expiresAt > context.clock.now());
  if (asked.length === 0) return [];
  const names = [...new Set(asked.map(({ agent }) => agent))].slice(0, 5).join(', ');
  const message = `${counted(asked.length, 'request')} of ${names} ${asked.length === 1 ? 'waits' : 'wait'} for a person: approvals ls.`;
  return [alertOf(context, account)('APPROVAL_WAITS', null, message)];
};

/** Returns the alerts of grants of this account that gc could not take back when their time was over. */
export const overdueAlerts = (context: ChangeContext, account: string, overdue: readonly { message: string }[]): Alert[] =>
  overdue.map(({ message }) => alertOf(context, account)('GRANT_OVERDUE', null, message));

/** Returns the alerts of what the network shows beyond the policy; none where it does not answer. */
export const aboveAlerts = async (context: ChangeContext, account: string): Promise<Alert[]> => {
  const above = await readRecord(context, account)
    .then((record) => compareWithPolicy(context, account, record))
    .catch(passableFailure);
  return above instanceof Failure ? [] : above.map(({ code, message }) => alertOf(context, account)(code, null, message));
};

/** Returns the alerts that the ledger alone can give while the network does not answer. */
export const outageAlerts = async (context: ChangeContext, account: string): Promise<Alert[]> => {
  const ledger = await context.ledger();
  const due = ledger.vms({ account, network: context.network, states: liveStates }).some((vm) => context.clock.now() >= vm.expiresAt);
  return due ? [alertOf(context, account)('JOURNAL_UNREADABLE', null, unread)] : [];
};
