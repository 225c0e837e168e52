import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Code } from './code.ts';
import { useDoing, usePage } from './hooks.ts';
import type { Approval, Outputs } from './outputs.ts';
import { Said } from './pieces.ts';
import { approve, call, envelope } from './server.ts';
import { asNumber } from './words.ts';

const fields = [
  ['upTo', 'USD in all'],
  ['ttl', 'Longest lifetime of a VM'],
  ['cu', 'Compute units of the largest'],
  ['vms', 'VMs in all'],
  ['until', 'Good for'],
] as const;

type Typed = Record<(typeof fields)[number][0], string>;

const usual: Typed = { upTo: '1', ttl: '4h', cu: '1', vms: '3', until: '24h' };

/** One of the same figures, still good, is taken as it is: then nobody was asked, and nothing new is there. */
export const envelopeWords = ({ approval }: Outputs['approve'], before: readonly Approval[]): string => {
  const same = before.find(({ id, state }) => id === approval && state === 'granted');
  return same === undefined
    ? `The envelope ${approval} is approved.`
    : `An envelope of these figures is there already: ${approval}, ${same.leftUsd} USD left. No second one was made.`;
};

interface EnvelopeProps {
  rows: readonly Approval[];
  /** A code approves it at once; otherwise it becomes a request. */
  byCode: boolean;
}

/** Approves several VMs at once, so that nobody is asked for each. */
export const NewEnvelope = ({ rows, byCode }: EnvelopeProps): VNode => {
  const { asked } = usePage();
  const { busy, said, run } = useDoing();
  const [typed, setTyped] = useState(usual);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wish = { ...typed, cu: asNumber(typed.cu), vms: asNumber(typed.vms) };
    void run(
      () => (byCode ? approve({ envelope: wish }) : call('approve', wish)),
      (given) => envelopeWords(given, rows),
    );
  };
  return html`<details><summary>${byCode ? 'Approve' : 'Ask for'} an envelope, for several VMs</summary>
    <form onSubmit=${submit}>
      <div class="fields">${fields.map(
        ([key, name]) => html`<label key=${key}>${name}<input required value=${typed[key]}
          onInput=${(event: Event) => setTyped({ ...typed, [key]: (event.target as HTMLInputElement).value })}/></label>`,
      )}</div>
      <button type="submit" disabled=${busy || asked !== null}>${byCode ? 'Approve…' : 'Ask'}</button>
    </form>
    ${asked === envelope && html`<${Code} id=${envelope}/>`}
    <${Said} text=${busy && byCode ? 'Look at the terminal.' : said}/>
  </details>` as VNode;
};
