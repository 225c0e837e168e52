import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useAnswer, useDoing, usePage } from './hooks.ts';
import type { Agent, Outputs } from './outputs.ts';
import { type Column, Confirm, Part, Said, Table } from './pieces.ts';
import { call } from './server.ts';
import { shareOf, until } from './words.ts';

const columns: readonly Column<Agent>[] = [
  ['Agent', ({ name }) => name],
  ['State', ({ state }) => state],
  [
    'Left',
    ({ name, leftUsd, budgetUsd }) =>
      leftUsd === null
        ? '–'
        : html`<span>${leftUsd} of ${budgetUsd} USD <meter min="0" max="1" high="0.8" value=${shareOf(Number(budgetUsd) - Number(leftUsd), Number(budgetUsd))} aria-label=${`Spent of the slice of ${name}`}></meter></span>`,
    'number',
  ],
  ['USD/h', ({ usdPerHour }) => usdPerHour, 'number'],
  ['VMs', ({ live, maxVms }) => (maxVms === null ? String(live) : `${live} of ${maxVms}`), 'number'],
  ['Let in', ({ until: end }) => (end === null ? 'without an end' : `ends ${until(end)}`)],
];

/** What the receipt of putting an agent out says. */
export const outWords = ({ name, left, leftUsdPerHour }: Outputs['agents revoke']): string =>
  `${name} is out: its token and its requests count no more. ${
    left.length === 0
      ? 'None of its VMs runs.'
      : `${left.length} of its VMs run to their end, at ${leftUsdPerHour} USD/h, with its SSH key in them: ${left.join(', ')}. End them above.`
  }`;

const suspendWords = ({ name, changed }: Outputs['agents suspend']): string =>
  changed ? `${name} spends nothing more; what it has runs to its end.` : `${name} is suspended or out already.`;

/** Those that a safe lets in; nothing where there are none. */
export const Agents = (): VNode | null => {
  const { readOnly } = usePage();
  const { data, problem } = useAnswer('agents ls');
  const { busy, said, run } = useDoing();
  if (problem === null && (data === null || data.items.length === 0)) return null;
  const puttingOut: Column<Agent> = [
    'Put out',
    ({ name, state }) =>
      state === 'revoked'
        ? ''
        : html`<div class="row">
            ${state !== 'suspended' && html`<button type="button" disabled=${busy} aria-label=${`Suspend ${name}`} onClick=${() => run(() => call('agents suspend', { name }), suspendWords)}>Suspend</button>`}
            <${Confirm} does="Revoke" name=${name} disabled=${busy} what=${`This puts ${name} out for good: its token and its requests count no more. Its VMs run to their end.`}
              act=${(typed: string) => run(() => call('agents revoke', { name }, typed), outWords)}/>
          </div>`,
  ];
  return html`<${Part} name="Agents" id="agents">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${data !== null && html`<${Table} caption="Who may spend" rows=${data.items} keyOf=${({ name }: Agent) => name} none="Nobody was let in." columns=${readOnly ? columns : [...columns, puttingOut]}/>`}
    <${Said} text=${said}/>
  <//>` as VNode;
};
