import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import type { Style } from '../../contract/declare/style.ts';
import { instant } from '../../contract/fields/fields.ts';
import { reachFacts, reachFields, toReach } from '../../contract/fields/reach-fields.ts';
import { vmNext } from '../../contract/outputs/vm-next.ts';
import { dormantWords, toVmOutput, type VmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { asEnded, enderWords } from '../../domain/ledger/ended.ts';
import { unitWords } from '../../domain/money/compute-unit.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { healthAlerts } from '../../lifecycle/alerts/health-alerts.ts';
import { warnRemoving } from '../../lifecycle/alerts/removing-alerts.ts';
import { vmCalled } from '../../lifecycle/caller/vm-called.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { warnEnded } from '../../lifecycle/timers/warn-ended.ts';
import { warnExpired } from '../../lifecycle/timers/warn-expired.ts';
import { endIn, vmView } from '../../lifecycle/view/vm-view.ts';

const receipt = z
  .object({
    forgottenBy: z.array(z.string()),
    eraseRequested: z.boolean(),
    nodeAnswer: z.string().nullable(),
    disk: z.string(),
    forwardsRemoved: z.boolean().nullable(),
    noLongerListed: z.boolean().nullable(),
  })
  .nullable();

export default query({
  name: 'vm show',
  summary: 'Show one VM: ledger, network and node',
  audience: 'agent',
  input: z.object({ vm: z.string().describe('Name or id') }),
  positionals: ['vm'],
  output: vmOutput.extend({
    onNetwork: z.array(z.object({ host: z.string(), status: z.string().nullable() })).describe("Each CCN host's word; null: no answer"),
    onNode: z.enum(['absent', 'preparing', 'running', 'stopped', 'unreachable']),
    scheduler: z.string().nullable(),
    ...reachFields,
    hostKeys: z.array(z.object({ type: z.string(), key: z.string() })).describe('The SSH host keys that are pinned'),
    receipt,
    health: z
      .array(z.object({ since: instant, until: instant, answers: z.boolean(), onNode: z.string(), probes: z.int() }))
      .describe('How SSH answered gc, newest first'),
  }),
  brief: [...vmBrief, 'ended', 'protected', 'onNetwork', 'onNode', 'scheduler', 'hostKeyTrust', 'web'],
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [{ line: 'vm show ci', why: 'where it is and what it costs' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const row = vmCalled(ledger, context, input.vm);
    const { shell } = context;
    const [view, hostKeyTrust, hostKeys] = await Promise.all([vmView(context, row), shell.hostKeyTrust(row.id), shell.pinnedKeys(row.id)]);
    const statuses = view.onNetwork.flatMap(({ status }) => status ?? []);
    const now = context.clock.now();
    const ends = await endIn(context, row, view);
    const vm = asEnded(row, ends.get(row.id), now);
    warnExpired(context, [vm]);
    warnEnded(context, [vm], ends);
    await warnRemoving(context, [vm], statuses.length === 0 ? null : statuses.includes('removing') ? [vm.id] : []);
    for (const { code, message } of healthAlerts(ledger, [vm], now)) context.warn(code, message);
    const health = ledger
      .health(vm.id)
      .map(({ since, until, ...run }) => ({ since: formatInstant(since), until: formatInstant(until), ...run }));
    return {
      ...toVmOutput(vm, enforcementOf(ledger, vm, now)),
      ...view,
      ...toReach(vm.id, hostKeyTrust),
      hostKeys: [...hostKeys],
      receipt: vm.receipt,
      health,
    };
  },
  text: (vm, style) =>
    style.facts([
      ...whatItIs(vm, style),
      ...(isGone(vm) ? howItEnded(vm) : howItIs(vm, style)),
      ['held, billed', `${vm.heldUsd} USD, ${vm.billedUsd} USD`],
    ]),
  next: vmNext,
});

type Shown = VmOutput &
  Parameters<typeof reachFacts>[0] & {
    onNetwork: { host: string; status: string | null }[];
    onNode: string;
    receipt: z.output<typeof receipt>;
    health: { since: string; until: string; answers: boolean; probes: number }[];
  };

/** What is gone has no address, no price and nobody who ends it. */
const isGone = ({ state }: VmOutput): boolean => state === 'terminated' || state === 'dormant';

const whatItIs = (vm: Shown, style: Style): (readonly [string, string])[] => [
  ['name', vm.name],
  ['id', vm.id],
  ['state', stateText(vm)],
  ['size', `${unitWords(vm)}${vm.gpus.map((model) => `, ${model}`).join('')}, ${vm.image}`],
  ['made', `${style.when(vm.createdAt)}${vm.task === null ? '' : `, for task ${vm.task}`}`],
  ...(vm.ended === null ? [] : [['ended', endText(vm.ended, vm.payer, style)] as const]),
  ...(vm.payer === undefined ? [] : [['paid by', vm.payer] as const]),
];

const howItIs = (vm: Shown, style: Style): (readonly [string, string])[] => [
  ...reachFacts(vm),
  ['ready after', vm.readySeconds === null ? 'not yet' : `${vm.readySeconds} s`],
  ['node', `${vm.node} (${vm.onNode})`],
  ['network', vm.onNetwork.map(({ host, status }) => `${host}: ${status ?? 'no answer'}`).join(', ')],
  ...(vm.health[0] === undefined ? [] : [['health', healthText(vm.health[0], style)] as const]),
  ['price', `${vm.usdPerHour} USD/h, ${vm.costUntilExpiryUsd} USD in all`],
  ['expires', style.when(vm.expiresAt)],
  ['ended by', vm.ttlEnforcedBy.length === 0 ? 'nothing (run gc install)' : vm.ttlEnforcedBy.join(', ')],
];

const howItEnded = ({ node, receipt: proof, onNetwork }: Shown): (readonly [string, string])[] => [
  ['node', node],
  ['network', onNetwork.map(({ host, status }) => `${host}: ${status ?? 'no answer'}`).join(', ')],
  ...(proof === null
    ? []
    : ([
        ['forgotten by', proof.forgottenBy.join(', ')],
        ['disk', proof.disk],
        ['no longer listed', proof.noLongerListed === null ? 'unknown' : String(proof.noLongerListed)],
      ] as const)),
];

const stateText = (vm: VmOutput): string =>
  vm.state === 'dormant' ? `dormant: ${dormantWords}` : vm.protected && !isGone(vm) ? `${vm.state}, protected` : vm.state;

const endText = ({ by, at }: NonNullable<VmOutput['ended']>, payer: string | undefined, style: Style): string => {
  const who = by === 'elsewhere' && payer !== undefined ? `the owner of ${payer}, or ${enderWords(by)}` : enderWords(by);
  return `${at === null ? '' : `${style.when(at)}, `}by ${who}`;
};

const healthText = ({ answers, since, until, probes }: Shown['health'][number], style: Style): string =>
  `${answers ? 'answers' : 'silent'} since ${style.when(since)}, ${probes} probes, the last ${style.when(until)}`;
