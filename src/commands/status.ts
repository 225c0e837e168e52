import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant, money } from '../contract/fields/fields.ts';
import { taskOutput, taskTable, toTaskOutput } from '../contract/outputs/task-output.ts';
import { liveStates, type VmRecord } from '../domain/ledger/vm-record.ts';
import { Exact } from '../domain/money/exact.ts';
import { usd, usdPerHour } from '../domain/money/money.ts';
import { commandLine } from '../domain/suggest/command-line.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { accountFigures } from '../lifecycle/account/account-figures.ts';
import { warnRemoving } from '../lifecycle/alerts/removing-alerts.ts';
import { accountInUse } from '../lifecycle/operation/account-in-use.ts';
import { readPolicy } from '../lifecycle/policy/policy-in-force.ts';
import { taskStandings } from '../lifecycle/policy/task-standings.ts';
import { warnExpired } from '../lifecycle/timers/warn-expired.ts';
import { revivedVms } from '../lifecycle/trail/revived-vms.ts';
import type { ReadContext } from '../ports/context.ts';
import type { CloudReader } from '../ports/network/cloud.ts';

export default query({
  name: 'status',
  summary: 'Account, burn, runway and VMs at a glance',
  audience: 'agent',
  input: z.object({ offline: z.boolean().default(false).describe('From the last figures kept, without the network') }),
  output: z.object({
    network: z.string(),
    account: z.string().nullable(),
    usd: money.nullable(),
    usdPerHour: money.describe('Burn: the greater of ledger and network'),
    runwaySeconds: z.int().nullable(),
    live: z.int(),
    approvalsWaiting: z.int(),
    asOf: instant.nullable().describe('When the figures were read; null: never'),
    stale: z.boolean(),
    approver: z.string().describe('Who can approve: an address, or a person at a terminal, which stops mistakes only'),
    frozenSince: instant.nullable().describe('Nothing is created or extended'),
    tasks: z.array(taskOutput).describe('Budgets of tasks, by the ledger'),
    vms: z.array(
      z.object({
        name: z.string(),
        state: z.string(),
        expiresAt: instant,
        removing: z.boolean().describe('The network is about to remove it for want of credits'),
      }),
    ),
  }),
  brief: ['network', 'usd', 'usdPerHour', 'runwaySeconds', 'live', 'approvalsWaiting', 'asOf', 'stale'],
  failures: [],
  examples: [{ line: 'status', why: 'first thing, every time' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const account = accountInUse(context);
    const figures = account === null ? null : await accountFigures(context, account, input.offline);
    const standing = account === null ? null : await readPolicy(context, account);
    if (standing?.unsealed != null) context.warn('POLICY_UNSEALED', `Nothing is spent: ${standing.unsealed}`);
    const live = ledger.vms({ network: context.network, states: liveStates });
    warnExpired(context, live);
    const removing = account === null || input.offline ? new Set<string>() : new Set(await alerts(context, account, live));
    const held = live.reduce((sum, vm) => sum.plus(vm.rate), new Exact(0));
    const burnt = new Exact(figures?.perSecond ?? 0);
    const now = context.clock.now();
    const waiting = ledger.approvals({ state: 'pending', network: context.network }).filter(({ expiresAt }) => expiresAt > now);
    return {
      network: context.network,
      account,
      usd: figures === null ? null : usd(BigInt(figures.credits)),
      usdPerHour: usdPerHour(held.gt(burnt) ? held : burnt),
      runwaySeconds: figures?.runwaySeconds ?? null,
      live: live.length,
      approvalsWaiting: waiting.length,
      asOf: figures === null ? null : formatInstant(figures.at),
      stale: figures?.stale ?? true,
      approver: standing?.approver ?? 'terminal',
      frozenSince: standing?.frozenSince == null ? null : formatInstant(standing.frozenSince),
      tasks: standing === null ? [] : taskStandings(ledger, standing, now).map(toTaskOutput),
      vms: live.map(({ id, name, state, expiresAt }) => ({ name, state, expiresAt: formatInstant(expiresAt), removing: removing.has(id) })),
    };
  },
  text: (status, style) =>
    [
      style.facts([
        ['network', status.network],
        ['account', status.account ?? `none: ${commandLine('keys create')}`],
        ['balance', status.usd === null ? 'unknown' : `${status.usd} USD`],
        ['burn', `${status.usdPerHour} USD/h`],
        [
          'lasts',
          status.runwaySeconds === null
            ? status.usdPerHour === '0'
              ? 'nothing burns'
              : 'unknown'
            : `${Math.floor(status.runwaySeconds / 3600)} h`,
        ],
        ['VMs', String(status.live)],
        ['waiting for approval', String(status.approvalsWaiting)],
        [
          'who approves',
          status.approver === 'terminal' ? 'a person at a terminal: it stops mistakes, not a process that reads the key' : status.approver,
        ],
        ...(status.frozenSince === null ? [] : [['frozen since', style.bad(status.frozenSince)] as const]),
        ['as of', `${status.asOf ?? 'never read'}${status.stale ? ' (not fresh)' : ''}`],
      ]),
      taskTable(status.tasks, style),
      style.table(
        ['NAME', 'STATE', 'EXPIRES'],
        status.vms.map((vm) => [vm.name, vm.removing ? `${vm.state}, removing` : vm.state, vm.expiresAt]),
      ),
    ]
      .filter((part) => part !== '')
      .join('\n'),
  next: ({ account, live }) =>
    account === null
      ? [hint('a key comes first', 'keys create')]
      : live === 0
        ? [hint('plan a VM', 'vm create', { dryRun: true })]
        : [hint('what runs', 'vm ls')],
});

/** What only the network tells; where it does not answer that is said already. Which VMs it is about to remove. */
const alerts = async (context: ReadContext, account: string, live: readonly VmRecord[]): Promise<readonly string[]> => {
  const cloud = await context.cloud().catch(() => null);
  if (cloud === null) return [];
  const [removing] = await Promise.all([cloud.accounts.removing(account), warnOfStrays(context, cloud, account)]);
  await warnRemoving(context, live, removing);
  return removing ?? [];
};

/** VMs of ours that the ledger does not know, or had given up: only changes mend that, so it is said. */
const warnOfStrays = async (context: ReadContext, cloud: CloudReader, account: string): Promise<void> => {
  const ledger = await context.ledger();
  const listed = await cloud.messages.listSentBy(account).catch(() => []);
  const unknown = listed.filter(({ ours, id }) => ours && ledger.vm(id) === null).length;
  const revived = revivedVms(ledger, listed, context.clock.now()).length;
  if (unknown + revived === 0) return;
  context.warn(
    'STRAY_VMS',
    `${unknown + revived} VMs of ours burn that the ledger does not count as live: run "${commandLine('gc', { execute: true })}".`,
  );
};
