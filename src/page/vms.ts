import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { type Read, useDoing, usePage } from './hooks.ts';
import type { Outputs, Vm } from './outputs.ts';
import { type Column, Confirm, Foreign, More, Part, Said, Table } from './pieces.ts';
import { call } from './server.ts';
import { moment, until, usdUntilEnd } from './words.ts';

const enders: Readonly<Record<string, string>> = {
  guest: 'its own timer',
  safe: 'the safe',
  reaper: 'gc on this machine',
  carrier: 'another machine',
};

const stateOf = ({ state, onNode, removing, stale }: Vm): string => {
  if (state === 'stopped' && onNode === 'running') return 'stopped, runs all the same';
  if (removing === true) return `${state}, about to be removed for want of credits`;
  return stale ? `${state} (by the ledger alone)` : state;
};

const columns: readonly Column<Vm>[] = [
  ['Name', ({ name, protected: kept }) => `${name}${kept ? ' (protected)' : ''}`],
  ['State', stateOf],
  ['USD/h', ({ usdPerHour }) => usdPerHour, 'number'],
  ['Ends', ({ expiresAt }) => html`<time datetime=${expiresAt} title=${expiresAt}>${until(expiresAt)}, ${moment(expiresAt)}</time>`],
  ['Until then', (vm) => `${usdUntilEnd(vm)} USD`, 'number'],
  ['Ended by', ({ ttlEnforcedBy }) => ttlEnforcedBy.map((by) => enders[by] ?? by).join(', ') || html`<b class="bad">nobody</b>`],
  [
    'Node',
    ({ node, untrustedNodeName }) =>
      html`${node} ${untrustedNodeName && html`<${Foreign} of="it calls itself" text=${untrustedNodeName}/>`}`,
  ],
  ['Task', ({ task }) => task ?? '–'],
  ['Agent', ({ agent }) => agent ?? 'owner'],
];

type Receipt = Outputs['vm destroy']['items'][number];

const disks: Readonly<Record<Receipt['disk'], string>> = {
  purged: 'its disk is erased',
  staysUntilOperatorCleans: 'its disk stays until the node’s operator cleans up',
  unknown: 'whether its disk is erased is unknown',
};

const endOf = ({ state }: Receipt): string => {
  if (state === 'terminated') return 'is gone and bills no more';
  if (state === 'ended') return 'had ended by itself and bills no more';
  if (state === 'dormant')
    return 'is cancelled: the network never took it. It stays watched, because whoever has its order could still post it';
  return `is ${state}`;
};

/** What the receipt of an end says. */
export const endWords = ({ items }: Outputs['vm destroy']): string =>
  items
    .map((one) => {
      const left = `The node ${one.nodeAnswer === null ? 'was not asked' : `said ${one.nodeAnswer}`}, ${disks[one.disk]}.`;
      return `${one.name} (${one.id}) ${endOf(one)}. ${one.state === 'dormant' ? '' : `${left} `}It costs at most ${one.costUsd} USD.`;
    })
    .join(' ');

/** What runs, and how it is ended. */
export const Vms = ({ data, problem }: Read<Outputs['vm ls']>): VNode => {
  const { readOnly } = usePage();
  const { busy, said, run } = useDoing();
  const destroy: Column<Vm> = [
    'End it',
    // names are one caller's: two agents may each have a VM of this one
    (vm) => html`<${Confirm} does="Destroy" name=${vm.name} of=${`${vm.id}, of ${vm.agent ?? 'the owner'}`} disabled=${busy}
      what=${`This ends ${vm.name} (${vm.id}) of ${vm.agent ?? 'the owner'} now. What is on it is lost; about ${usdUntilEnd(vm)} USD are not spent.`}
      act=${(typed: string) => run(() => call('vm destroy', { vms: [vm.itemHash] }, typed), endWords)}/>`,
  ];
  return html`<${Part} name="What runs" id="vms">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${
      data !== null &&
      html`<${Table} caption=${`${data.totals.live} VMs, ${data.totals.usdPerHour} USD/h`} rows=${data.items} keyOf=${(vm: Vm) => vm.itemHash}
      columns=${readOnly ? columns : [...columns, destroy]} none="Nothing runs."/>`
    }
    <${More} of=${data} command="vm ls"/>
    <${Said} text=${said}/>
  <//>` as VNode;
};
