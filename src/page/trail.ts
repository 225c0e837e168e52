import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { problemOf, useAnswer } from './hooks.ts';
import type { Outputs } from './outputs.ts';
import { type Column, Part, Said, Table } from './pieces.ts';
import { call } from './server.ts';
import { moment } from './words.ts';

type Effect = Outputs['ledger ls']['items'][number];

const columns: readonly Column<Effect>[] = [
  ['#', ({ seq }) => seq],
  ['When', ({ at }) => html`<time datetime=${at} title=${at}>${moment(at)}</time>`],
  ['What', ({ what }) => what],
  ['VM', ({ name, vm }) => name ?? vm ?? '–'],
  ['Task', ({ task }) => task ?? '–'],
  ['Outcome', ({ outcome }) => outcome],
  ['USD', ({ usd }) => usd ?? '', 'number'],
];

const checked = ({ rows, publishedBy, liveInLedger, liveOnNetwork }: Outputs['ledger verify']): string => {
  const heads = {
    this: 'its newest published end is on the network',
    another: 'another ledger published last',
    nobody: 'no end of it is published yet',
  };
  return `All ${rows} rows follow from one another; ${publishedBy === null ? 'the network was not asked' : heads[publishedBy]}; ${liveInLedger} VMs live by the ledger, ${liveOnNetwork ?? 'unknown'} by the network.`;
};

export const Rows = ({ of, caption }: { of: readonly Effect[]; caption: string }): VNode =>
  html`<${Table} caption=${caption} rows=${of} keyOf=${({ seq }: Effect) => seq} columns=${columns} none="Nothing was done yet."/>` as VNode;

/** What was done, newest first, and whether anybody changed that record. */
export const Trail = (): VNode => {
  const [cursor, setCursor] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const { data, problem } = useAnswer('ledger ls', { limit: 25, ...(cursor === null ? {} : { cursor }) });
  const check = (): void => {
    setSaid('Checking…');
    call('ledger verify').then(
      (answer) => setSaid(answer.ok ? checked(answer.data) : problemOf(answer)),
      () => setSaid('The program does not answer.'),
    );
  };
  return html`<${Part} name="Trail" id="trail">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${data !== null && !data.totals.intact && html`<p class="alert"><b>LEDGER_BROKEN</b> The hash chain is broken: rows were changed or lost.</p>`}
    <div class="row">
      <button type="button" onClick=${check}>Check it</button>
      <button type="button" disabled=${cursor === null} onClick=${() => setCursor(null)}>Newest</button>
      <button type="button" disabled=${(data?.nextCursor ?? null) === null} onClick=${() => setCursor(data!.nextCursor)}>Older</button>
    </div>
    <${Said} text=${said}/>
    ${data !== null && html`<${Rows} of=${data.items} caption=${`${data.total} rows${data.totals.intact ? ', the hash chain is whole' : ''}`}/>`}
  <//>` as VNode;
};
