import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { usePage } from './hooks.ts';
import { Closed, leave, typeCode } from './server.ts';

/** Takes the six digits that stand at the terminal, or none. */
export const Code = ({ id }: { id: string }): VNode => {
  const { closed } = usePage();
  const [code, setCode] = useState('');
  const [said, setSaid] = useState('');
  // what did not come through is no end of the page: the question stands, and the digits may be sent again
  const failed = (thrown: unknown): void =>
    thrown instanceof Closed ? closed(thrown.message) : setSaid('The program does not answer; try again.');
  const submit = (event: Event): void => {
    event.preventDefault();
    const words = { agreed: 'That is it.', wrong: 'That is not the code at the terminal.', none: 'That code is over: approve again.' };
    typeCode(id, code).then((answer) => setSaid(words[answer]), failed);
  };
  return html`<form class="row" onSubmit=${submit}>
    <label>The terminal shows what is approved, and six digits. Type them here to approve it
      <input inputmode="numeric" autocomplete="one-time-code" maxlength="7" value=${code} onInput=${(event: Event) => setCode((event.target as HTMLInputElement).value)}/></label>
    <button type="submit" disabled=${code.replace(/\D/g, '').length !== 6}>Approve</button>
    <button type="button" onClick=${() => void leave(id).catch(failed)}>Leave it</button>
    <p role="status">${said}</p>
  </form>` as VNode;
};
