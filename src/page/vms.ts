import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { type Read, useDoing, usePage } from './hooks.ts';
import type { Outputs, Vm } from './outputs.ts';
import { type Column, Confirm, Foreign, Part, Said, Table } from './pieces.ts';
import { call } from './server.ts';
import { moment, until } from './words.ts';

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
  ['Until then', ({ costUntilExpiryUsd }) => `${costUntilExpiryUsd} USD`, 'number'],
  ['Ended by', ({ ttlEnforcedBy }) => ttlEnforcedBy.map((by) => enders[by] ?? by).join(', ') || html`<b class="bad">nobody</b>`],
  [
    'Node',
    ({ node, untrustedNodeName }) =>
      html`${node} ${untrustedNodeName && html`<${Foreign} of="it calls itself" text=${untrustedNodeName}/>`}`,
  ],
  ['Task', ({ task }) => task ?? '–'],
  ['Agent', ({ agent }) => agent ?? 'owner'],
];

/** What runs, and how it is ended. */
export const Vms = ({ data, problem }: Read<Outputs['vm ls']>): VNode => {
  const { readOnly } = usePage();
  const { busy, said, run } = useDoing();
  const destroy: Column<Vm> = [
    'End it',
    ({ name, costUntilExpiryUsd }) => html`<${Confirm} does="Destroy" name=${name} disabled=${busy}
      what=${`This ends ${name} now. What is on it is lost; up to ${costUntilExpiryUsd} USD are not spent.`}
      act=${(typed: string) => run(() => call('vm destroy', { vms: [name] }, typed), `${name} is gone and bills no more.`)}/>`,
  ];
  return html`<${Part} name="What runs" id="vms">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${
      data !== null &&
      html`<${Table} caption=${`${data.totals.live} VMs, ${data.totals.usdPerHour} USD/h`} rows=${data.items} keyOf=${(vm: Vm) => vm.itemHash}
      columns=${readOnly ? columns : [...columns, destroy]} none="Nothing runs."/>`
    }
    <${Said} text=${said}/>
  <//>` as VNode;
};
