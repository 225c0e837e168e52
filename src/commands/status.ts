import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant, money, approver as whoApproves } from '../contract/fields/fields.ts';
import { taskOutput, taskTable, toTaskOutput } from '../contract/outputs/task-output.ts';
import { shownState } from '../domain/ledger/ended.ts';
import { otherPayer } from '../domain/ledger/vm-record.ts';
import { usd, usdPerHour } from '../domain/money/money.ts';
import { commandLine } from '../domain/suggest/command-line.ts';
import { shortAddress } from '../domain/text/address.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { accountAtAGlance } from '../lifecycle/view/account-at-a-glance.ts';
import { extraRoots } from '../lifecycle/view/extra-roots.ts';

/** Budgets that one look shows. */
const shownTasks = 3;

const takenBackBy = ({ address, canTakeBack }: { address: string; canTakeBack: boolean | null }): string => {
  if (canTakeBack === null) return `is from ${address}; whether it can take that back without this machine is unknown`;
  return canTakeBack
    ? `is from ${address}, which can take it back without this machine`
    : `is from ${address}, which cannot take it back without this machine: ${commandLine('authz grant', address, { own: true })}`;
};

export default query({
  name: 'status',
  summary: 'Account, burn, runway and VMs at a glance',
  audience: 'agent',
  input: z.object({ offline: z.boolean().default(false).describe('Use the last known figures, without the network') }),
  output: z.object({
    network: z.string(),
    account: z.string().nullable(),
    payer: z.string().optional().describe('Whose balance and runway these are, where that is not the account'),
    usd: money.nullable(),
    usdPerHour: money.describe('Burn: the greater of ledger and network'),
    runwaySeconds: z.int().nullable(),
    reserveUsd: money.nullable().describe('24 h of burn, which the network wants to be held; null: not read'),
    todayLeftUsd: money.nullable().describe('What the policy lets be spent today; null: not read'),
    totalLeftUsd: money.nullable().describe('The same, until a person authorises more'),
    live: z.int(),
    approvalsWaiting: z.int(),
    asOf: instant.nullable().describe('When the figures were read; null: never'),
    keptAt: instant.nullable().optional().describe('The same, where these are figures kept from before'),
    stale: z.boolean(),
    approver: whoApproves,
    approverSet: z
      .object({
        by: z
          .enum(['machine', 'terminal', 'approver'])
          .describe('machine: the root-owned policy file; approver: the one before, by its signature'),
        at: instant.nullable(),
        says: z.string().describe('The same in words, with the way back'),
      })
      .nullable()
      .describe('Who named the approver; null: a person at a terminal approves'),
    frozenSince: instant.nullable().describe('Nothing is created or extended'),
    owner: z
      .object({
        address: z.string().describe('Gave the allowance'),
        canTakeBack: z.boolean().nullable().describe('By authz grant --own, without this machine; null: unknown'),
      })
      .optional()
      .describe('Where the account lives on an allowance'),
    rootCertificates: z
      .array(z.string())
      .describe('Whose root certificates count when something is spent: program, and the variables that add to them'),
    tasks: z.array(taskOutput).max(shownTasks).describe('Budgets of tasks, by the ledger; the own one first'),
    moreTasks: z.int().describe('Further tasks, which policy show lists'),
    ownTask: z.string().nullable().describe('The task of the caller'),
    vms: z.array(
      z.object({
        name: z.string(),
        state: z.string(),
        expiresAt: instant,
        removing: z.boolean().describe('The network is about to remove it for want of credits'),
      }),
    ),
  }),
  brief: [
    ...['network', 'account', 'payer', 'usd', 'usdPerHour', 'runwaySeconds', 'reserveUsd', 'todayLeftUsd', 'totalLeftUsd'],
    ...['tasks.*.task', 'tasks.*.leftUsd', 'moreTasks', 'live', 'approvalsWaiting', 'frozenSince', 'owner.canTakeBack', 'keptAt', 'stale'],
  ],
  terse: ({ network, account, payer, tasks, ownTask, frozenSince, stale, ...status }) => {
    const own = tasks.find(({ task }) => task === ownTask);
    const { usd, usdPerHour, runwaySeconds, todayLeftUsd, totalLeftUsd, live, approvalsWaiting } = status;
    return {
      network,
      ...(payer === undefined ? { account: account === null ? null : shortAddress(account) } : { payer: shortAddress(payer) }),
      ...{ usd, usdPerHour, runwaySeconds, todayLeftUsd, totalLeftUsd },
      ...(own === undefined ? {} : { taskLeftUsd: own.leftUsd }),
      ...{ live, approvalsWaiting },
      ...(frozenSince === null ? {} : { frozen: true }),
      ...(stale ? { stale } : {}),
    };
  },
  failures: [],
  examples: [{ line: 'status', why: 'first thing, every time' }],
  async run(context, { offline }) {
    const { account, payer, figures, burn, approvalsWaiting, approver, approverOrigin, frozenSince, owner, standing, tasks, live, ended } =
      await accountAtAGlance(context, offline);
    const { task: ownTask } = context.caller;
    const readAt = figures === null ? null : formatInstant(figures.at);
    const ownFirst = [...tasks.filter(({ task }) => task === ownTask), ...tasks.filter(({ task }) => task !== ownTask)];
    return {
      network: context.network,
      account,
      ...(account === null || payer === null ? {} : otherPayer({ account, payer })),
      usd: figures === null ? null : usd(BigInt(figures.credits)),
      usdPerHour: usdPerHour(burn),
      runwaySeconds: figures?.runwaySeconds ?? null,
      reserveUsd: standing === null ? null : usd(standing.reserve),
      todayLeftUsd: standing === null ? null : usd(standing.remaining.today.left),
      totalLeftUsd: standing === null ? null : usd(standing.remaining.total.left),
      live: live.length,
      approvalsWaiting,
      asOf: readAt,
      ...(figures?.stale === false ? {} : { keptAt: readAt }),
      stale: figures?.stale ?? true,
      approver: approver ?? 'terminal',
      approverSet:
        approverOrigin === null ? null : { ...approverOrigin, at: approverOrigin.at === null ? null : formatInstant(approverOrigin.at) },
      frozenSince: frozenSince === null ? null : formatInstant(frozenSince),
      ...(owner === null ? {} : { owner: { address: owner.address, canTakeBack: owner.grantStands } }),
      // where the safe finds its certificates is none of an agent's
      rootCertificates: context.caller.agent === null ? ['program', ...(await extraRoots(context, account))] : [],
      tasks: ownFirst.slice(0, shownTasks).map(toTaskOutput),
      moreTasks: Math.max(0, tasks.length - shownTasks),
      ownTask,
      vms: [...live, ...ended.map((vm) => ({ ...vm, removing: false }))].map((vm) => ({
        name: vm.name,
        state: shownState(vm),
        expiresAt: formatInstant(vm.expiresAt),
        removing: vm.removing,
      })),
    };
  },
  text: (status, style) =>
    [
      style.facts([
        ['network', status.network],
        ['account', status.account ?? `none: ${commandLine('keys create')}`],
        ...(status.payer === undefined ? [] : [['paid by', status.payer] as const]),
        ['balance', status.usd === null ? 'unknown' : `${status.usd} USD`],
        ['burn', `${status.usdPerHour} USD/h`],
        [
          'lasts',
          status.runwaySeconds === null
            ? status.usdPerHour === '0'
              ? 'unlimited (no VM is running)'
              : 'unknown'
            : `${Math.floor(status.runwaySeconds / 3600)} h`,
        ],
        ...(status.todayLeftUsd === null
          ? []
          : [['may be spent', `${status.todayLeftUsd} USD today, ${status.totalLeftUsd} USD in all`] as const]),
        ['VMs', String(status.live)],
        ['waiting for approval', String(status.approvalsWaiting)],
        [
          'who approves',
          status.approver === 'terminal' ? 'a person at a terminal: it stops mistakes, not a process that reads the key' : status.approver,
        ],
        ...(status.approverSet === null ? [] : [['who set it', status.approverSet.says] as const]),
        ...(status.frozenSince === null ? [] : [['frozen since', style.bad(style.when(status.frozenSince))] as const]),
        ...(status.owner === undefined ? [] : [['the allowance', takenBackBy(status.owner)] as const]),
        ...(status.rootCertificates.length <= 1
          ? []
          : [['certificates', `the root certificates of ${status.rootCertificates.join(' and ')} are trusted`] as const]),
        ['as of', `${status.asOf === null ? 'never read' : style.when(status.asOf)}${status.stale ? ' (not fresh)' : ''}`],
      ]),
      taskTable(status.tasks, style),
      status.moreTasks === 0 ? '' : `${status.moreTasks} more tasks: ${commandLine('policy show')}`,
      style.table(
        ['NAME', 'STATE', 'EXPIRES'],
        status.vms.map((vm) => [vm.name, vm.removing ? `${vm.state}, removing` : vm.state, style.when(vm.expiresAt)]),
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
