import * as z from 'zod';
import { query } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant, money, approver as whoApproves } from '../contract/fields/fields.ts';
import { taskOutput, taskTable, toTaskOutput } from '../contract/outputs/task-output.ts';
import { shownState } from '../domain/ledger/ended.ts';
import { otherPayer } from '../domain/ledger/vm-record.ts';
import { usd, usdPerHour } from '../domain/money/money.ts';
import { commandLine } from '../domain/suggest/command-line.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { accountAtAGlance } from '../lifecycle/view/account-at-a-glance.ts';
import { extraRoots } from '../lifecycle/view/extra-roots.ts';

export default query({
  name: 'status',
  summary: 'Account, burn, runway and VMs at a glance',
  audience: 'agent',
  input: z.object({ offline: z.boolean().default(false).describe('From the last figures kept, without the network') }),
  output: z.object({
    network: z.string(),
    account: z.string().nullable(),
    payer: z.string().optional().describe('Whose balance and runway these are, where that is not the account'),
    usd: money.nullable(),
    usdPerHour: money.describe('Burn: the greater of ledger and network'),
    runwaySeconds: z.int().nullable(),
    live: z.int(),
    approvalsWaiting: z.int(),
    asOf: instant.nullable().describe('When the figures were read; null: never'),
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
    rootCertificates: z
      .array(z.string())
      .describe('Whose root certificates count when something is spent: program, and the variables that add to them'),
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
  brief: ['network', 'payer', 'usd', 'usdPerHour', 'runwaySeconds', 'live', 'approvalsWaiting', 'asOf', 'stale'],
  failures: [],
  examples: [{ line: 'status', why: 'first thing, every time' }],
  async run(context, { offline }) {
    const { account, payer, figures, burn, approvalsWaiting, approver, approverOrigin, frozenSince, tasks, live, ended } =
      await accountAtAGlance(context, offline);
    return {
      network: context.network,
      account,
      ...(account === null || payer === null ? {} : otherPayer({ account, payer })),
      usd: figures === null ? null : usd(BigInt(figures.credits)),
      usdPerHour: usdPerHour(burn),
      runwaySeconds: figures?.runwaySeconds ?? null,
      live: live.length,
      approvalsWaiting,
      asOf: figures === null ? null : formatInstant(figures.at),
      stale: figures?.stale ?? true,
      approver: approver ?? 'terminal',
      approverSet:
        approverOrigin === null ? null : { ...approverOrigin, at: approverOrigin.at === null ? null : formatInstant(approverOrigin.at) },
      frozenSince: frozenSince === null ? null : formatInstant(frozenSince),
      rootCertificates: ['program', ...(await extraRoots(context, account))],
      tasks: tasks.map(toTaskOutput),
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
        ...(status.approverSet === null ? [] : [['who set it', status.approverSet.says] as const]),
        ...(status.frozenSince === null ? [] : [['frozen since', style.bad(status.frozenSince)] as const]),
        ...(status.rootCertificates.length === 1
          ? []
          : [['certificates', `the root certificates of ${status.rootCertificates.join(' and ')} are trusted`] as const]),
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
