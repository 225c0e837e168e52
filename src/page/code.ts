import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { usePage } from './hooks.ts';
import { typeCode } from './server.ts';

/** Takes the six digits that stand at the terminal. */
export const Code = ({ id }: { id: string }): VNode => {
  const { closed } = usePage();
  const [code, setCode] = useState('');
  const [said, setSaid] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    const words = { agreed: 'That is it.', wrong: 'That is not the code at the terminal.', none: 'That code is over: approve again.' };
    typeCode(id, code).then(
      (answer) => setSaid(words[answer]),
      (thrown: Error) => closed(thrown.message),
    );
  };
  return html`<form class="row" onSubmit=${submit}>
    <label>The terminal shows what is approved, and six digits. Type them here to approve it
      <input inputmode="numeric" autocomplete="one-time-code" maxlength="7" value=${code} onInput=${(event: Event) => setCode((event.target as HTMLInputElement).value)}/></label>
    <button type="submit" disabled=${code.replace(/\D/g, '').length !== 6}>Approve</button>
    <p role="status">${said}</p>
  </form>` as VNode;
};
