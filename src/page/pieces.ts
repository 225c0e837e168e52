import { html } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { foreignLine } from './words.ts';

/** A part of the page under its heading. */
export const Part = ({ name, id, children }: { name: string; id: string; children?: ComponentChildren }): VNode =>
  html`
  <section aria-labelledby=${id}><h2 id=${id}>${name}</h2>${children}</section>
` as VNode;

export type Column<Row> = readonly [head: string, cell: (row: Row) => ComponentChildren, kind?: 'number'];

interface TableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string | number;
  none: string;
}

/** Rows as a table; the first cell of a row is its heading. On a phone each row is a card, whose cells say which column they are. */
export const Table = <Row>({ caption, columns, rows, keyOf, none }: TableProps<Row>): VNode =>
  (rows.length === 0
    ? html`<p class="none">${none}</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
        <table>
          <caption>${caption}</caption>
          <thead><tr>${columns.map(([head, , kind]) => html`<th scope="col" class=${kind}>${head}</th>`)}</tr></thead>
          <tbody>${rows.map(
            (row) =>
              html`<tr key=${keyOf(row)}>${columns.map(([head, cell, kind], place) =>
                place === 0
                  ? html`<th scope="row" data-head=${head}>${cell(row)}</th>`
                  : html`<td data-head=${head} class=${kind}>${cell(row)}</td>`,
              )}</tr>`,
          )}</tbody>
        </table>
      </div>`) as VNode;

/** Says how many rows there are beyond those that were read. */
export const More = ({ of, command }: { of: { total: number; count: number } | null; command: string }): VNode | null => {
  const more = of === null ? 0 : of.total - of.count;
  return more > 0 ? (html`<p>${more} more: <code>aleph-agent ${command}</code></p>` as VNode) : null;
};

/** Words that are not ours: marked, on one line, shortened, and never more than text. */
export const Foreign = ({ of, text }: { of: string; text: string }): VNode =>
  html`
  <span class="foreign"><span class="whose">${of}: </span><q>${foreignLine(text)}</q></span>
` as VNode;

/** What came of something that was done; screen readers hear it. */
export const Said = ({ text }: { text: string | null }): VNode => html`<p class="said" role="status">${text ?? ''}</p>` as VNode;

interface ConfirmProps {
  /** What the button says. */
  does: string;
  /** What it is done to; null where nothing is typed. */
  name: string | null;
  /** Which of that name. */
  of?: string;
  what: string;
  disabled?: boolean;
  act(typed: string): void;
}

/** A button that asks once more, and for what cannot be taken back has the name typed: anew each time, or a slip would do it later. */
export const Confirm = ({ does, name, of, what, disabled, act }: ConfirmProps): VNode => {
  const label = [...(name === null ? [does] : [`${does} ${name}`]), ...(of === undefined ? [] : [of])].join(', ');
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  const begin = (): void => {
    setTyped('');
    setOpen(true);
  };
  // closed by itself it gives the focus back to its button, which it would not as it is taken away
  const end = (): void => dialog.current?.close();
  const fits = name === null || typed === name;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!fits) return;
    end();
    act(typed);
  };
  return html`
    <button type="button" class="danger" aria-disabled=${disabled === true} onClick=${() => disabled !== true && begin()} aria-label=${label}>${does}</button>
    ${
      open &&
      html`<dialog ref=${dialog} onClose=${() => setOpen(false)} aria-label=${label}>
        <form onSubmit=${submit}>
          <p>${what}</p>
          ${name !== null && html`<label>Type <b>${name}</b><input autofocus autocomplete="off" spellcheck=${false} value=${typed} onInput=${(event: Event) => setTyped((event.target as HTMLInputElement).value)}/></label>`}
          <div class="row">
            <button type="submit" class="danger" disabled=${!fits}>${does}</button>
            <button type="button" onClick=${end}>Leave it</button>
          </div>
        </form>
      </dialog>`
    }` as unknown as VNode;
};

/** How much of a limit is used. */
export const Bar = ({ name, share, words }: { name: string; share: number; words: string }): VNode =>
  html`
  <div class="bar"><span>${name}</span><span class="number">${words}</span>
  <meter min="0" max="1" high="0.8" value=${share} aria-label=${`${name}: ${words}`}></meter></div>
` as VNode;
