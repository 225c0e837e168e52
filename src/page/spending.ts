import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Chart } from './chart.ts';
import { problemOf, useAnswer } from './hooks.ts';
import type { By, Outputs, Spent } from './outputs.ts';
import { type Column, More, Part, Said, Table } from './pieces.ts';
import { call } from './server.ts';
import { short } from './words.ts';

const ways: readonly (readonly [By, string])[] = [
  ['day', 'Day'],
  ['agent', 'Agent'],
  ['task', 'Task'],
  ['vm', 'VM'],
];

const spans = [7, 30, 90, 400] as const;

/** A picture has room for so many names; the table has all of them. */
const mostBars = 20;

const nameOf = (by: By, { key, name }: Spent): string => (by === 'vm' ? (name ?? key) : key);

/** The file goes from this page to the reader's disk; no server is asked for it. */
const save = (name: string, text: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};

/** A picture, and the figures behind it. */
const History = ({ of: history }: { of: Outputs['credits history'] }): VNode => {
  const { items, totals } = history;
  const by = totals.by as By;
  const drawn = by === 'day' ? items : items.slice(0, mostBars);
  const columns: readonly Column<Spent>[] = [
    [ways.find(([way]) => way === by)![1], (row) => nameOf(by, row)],
    ...(by === 'vm' ? ([['Task', ({ task }) => task ?? '–']] as Column<Spent>[]) : []),
    ['USD', ({ usd }) => usd, 'number'],
  ];
  return html`<p>${totals.usd} USD since ${totals.from.slice(0, 10)}${totals.stale ? ', as far as the ledger knows' : ''}.</p>
    ${
      drawn.length > 0 &&
      html`<${Chart} kind="bars" label=${`Spending by ${by}, USD`}
        points=${drawn.map((row, place) => [by === 'day' ? Date.parse(row.key) / 1000 : place, Number(row.usd)])}
        ...${by === 'day' ? {} : { names: drawn.map((row) => short(nameOf(by, row), 12)) }}/>`
    }
    ${drawn.length < items.length && html`<p>The picture shows the ${mostBars} dearest of ${history.total}; the others stand in the table.</p>`}
    <details><summary>The figures</summary>
      <${Table} caption=${`Spending by ${by}`} rows=${items} keyOf=${({ key }: Spent) => key} columns=${columns} none="Nothing was billed."/>
      <${More} of=${history} command=${`credits history --by ${by} --csv`}/>
    </details>` as VNode;
};

/** What was spent, by day, agent, task or VM, to look at and to take away. */
export const Spending = (): VNode => {
  const [by, setBy] = useState<By>('day');
  const [days, setDays] = useState(30);
  const [said, setSaid] = useState<string | null>(null);
  const asked = { by, days, limit: 1000 };
  const { data, problem } = useAnswer('credits history', asked);
  const download = (): void => {
    call('credits history', { ...asked, csv: true }).then(
      (answer) => (answer.ok ? save(`spending-by-${by}.csv`, answer.data.csv ?? '') : setSaid(problemOf(answer))),
      () => setSaid('The program does not answer.'),
    );
  };
  return html`<${Part} name="Spending" id="spending">
    <div class="row" role="group" aria-label="Spending by">
      ${ways.map(([way, name]) => html`<button type="button" key=${way} aria-pressed=${way === by} onClick=${() => setBy(way)}>${name}</button>`)}
      <label>Days <select value=${days} onChange=${(event: Event) => setDays(Number((event.target as HTMLSelectElement).value))}>
        ${spans.map((span) => html`<option key=${span} value=${span}>${span}</option>`)}</select></label>
      <button type="button" onClick=${download}>CSV</button>
    </div>
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${data !== null && html`<${History} of=${data}/>`}
    <${Said} text=${said}/>
  <//>` as VNode;
};
