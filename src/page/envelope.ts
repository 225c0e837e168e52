import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Code } from './code.ts';
import { useDoing, usePage } from './hooks.ts';
import { Said } from './pieces.ts';
import { approve, envelope } from './server.ts';

const fields = [
  ['upTo', 'USD in all'],
  ['ttl', 'Longest lifetime of a VM'],
  ['cu', 'Compute units of the largest'],
  ['vms', 'VMs in all'],
  ['until', 'Good for'],
] as const;

type Typed = Record<(typeof fields)[number][0], string>;

const usual: Typed = { upTo: '1', ttl: '4h', cu: '1', vms: '3', until: '24h' };

/** Approves several VMs at once, so that nobody is asked for each. */
export const NewEnvelope = (): VNode => {
  const { asked } = usePage();
  const { busy, said, run } = useDoing();
  const [typed, setTyped] = useState(usual);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wish = { ...typed, cu: Number(typed.cu), vms: Number(typed.vms) };
    void run(() => approve({ envelope: wish }), 'The envelope is approved.');
  };
  return html`<details><summary>Approve an envelope, for several VMs</summary>
    <form onSubmit=${submit}>
      <div class="fields">${fields.map(
        ([key, name]) => html`<label key=${key}>${name}<input required value=${typed[key]}
          onInput=${(event: Event) => setTyped({ ...typed, [key]: (event.target as HTMLInputElement).value })}/></label>`,
      )}</div>
      <button type="submit" disabled=${busy || asked !== null}>Approve…</button>
    </form>
    ${asked === envelope && html`<${Code} id=${envelope}/>`}
    <${Said} text=${busy ? 'Look at the terminal.' : said}/>
  </details>` as VNode;
};
