import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Code } from './code.ts';
import { NewEnvelope } from './envelope.ts';
import { problemOf, useAnswer, useDoing, usePage } from './hooks.ts';
import type { Approval, Outputs } from './outputs.ts';
import { Foreign, Part, Said } from './pieces.ts';
import { type Answer, approve, call, envelope } from './server.ts';
import { signWith, useWallets, type Wallet } from './wallet.ts';
import { short, until } from './words.ts';

type Signed = { primaryType: string; message: Record<string, string> };

/** What a signature over the request would say, decoded from the stored plan by the program; the agent's words last. */
const Decoded = ({ id }: { id: string }): VNode => {
  const [shown, setShown] = useState<Signed | string | null>(null);
  useEffect(() => {
    void call('approve', { id, show: true })
      .then((answer) => setShown(answer.ok ? (answer.data.sign as unknown as Signed) : problemOf(answer)))
      .catch(() => setShown('The program does not answer.'));
  }, [id]);
  if (shown === null) return html`<p>…</p>` as VNode;
  if (typeof shown === 'string') return html`<p>${shown}</p>` as VNode;
  const { agentSays, ...ours } = shown.message;
  return html`<dl class="facts">
    <dt>kind</dt><dd>${shown.primaryType}</dd>
    ${Object.entries(ours).map(([name, value]) => html`<dt key=${name}>${name}</dt><dd>${value}</dd>`)}
    ${agentSays && html`<dt>agentSays</dt><dd><${Foreign} of="the agent says" text=${agentSays}/></dd>`}
  </dl>` as VNode;
};

/** Has a wallet sign what the program made of the stored plan, and brings the signature. */
const signed = async (wallet: Wallet, approver: string, id: string): Promise<Answer<Outputs['approve']>> => {
  const shown = await call('approve', { id, show: true });
  if (!shown.ok) return shown;
  const made = await signWith(wallet, approver, shown.data.sign);
  if ('why' in made) return { ok: false, error: { code: 'DECLINED', message: made.why } };
  return call('approve', { id, signature: made.signature });
};

interface WaysProps {
  row: Approval;
  approver: string;
  wallets: readonly Wallet[];
  busy: boolean;
  run: ReturnType<typeof useDoing>['run'];
}

const atTerminal = (id: string): VNode => html`<code>aleph-agent approve ${id}</code>` as VNode;

/** How this request is approved: by the code at the terminal, or by the approver's wallet. */
const Ways = ({ row: { id }, approver, wallets, busy, run }: WaysProps): VNode => {
  const { asked, approves } = usePage();
  const done = ({ state }: Outputs['approve']): string =>
    state === 'used' ? `${id} is approved and in force.` : `${id} is approved; the call that asked may be made again.`;
  if (approver === 'terminal' && !approves)
    return html`<span>This home serves agents, and this page was started without --approves: ${atTerminal(id)} at a terminal approves it.</span>` as VNode;
  if (approver === 'terminal')
    return html`<button type="button" disabled=${busy || asked !== null} onClick=${() => run(() => approve({ approval: id }), done)}>Approve…</button>` as VNode;
  if (wallets.length === 0)
    return html`<span>${approver} approves, and this browser has no wallet. Where that key lies in this home ${atTerminal(id)} at a terminal signs.</span>` as VNode;
  return html`${wallets.map(
    (
      wallet,
    ) => html`<button type="button" key=${wallet.info.uuid} disabled=${busy} onClick=${() => run(() => signed(wallet, approver, id), done)}>
      Sign as ${short(approver)} with <${Foreign} of="a wallet that calls itself" text=${wallet.info.name}/></button>`,
  )}` as VNode;
};

interface RequestProps {
  of: Approval;
  approver: string;
  wallets: readonly Wallet[];
}

const deniedWords = ({ approval, state, changed }: Outputs['deny']): string =>
  changed ? `${approval} is denied.` : `${approval} is ${state} already.`;

const Request = ({ of: row, approver, wallets }: RequestProps): VNode => {
  const { readOnly, asked } = usePage();
  const [open, setOpen] = useState(false);
  const approving = useDoing();
  const ending = useDoing();
  const isPending = row.state === 'pending';
  return html`<article aria-label=${`Request ${row.id}`}>
    <h3>${row.mostUsd === null ? row.action : html`${row.action}, at most <b>${row.mostUsd} USD</b>`}</h3>
    <p class="ours">${row.what}</p>
    <dl class="facts">
      <dt>asked by</dt><dd>${row.agent ?? 'the owner’s home'}</dd>
      <dt>state</dt><dd>${row.state}${row.leftUsd === null ? '' : `, ${row.leftUsd} USD left`}</dd>
      <dt>ends</dt><dd>${until(row.expiresAt)}</dd>
      <dt>request</dt><dd>${row.id}</dd>
    </dl>
    <details onToggle=${(event: Event) => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary>What a signature would say</summary>${open && html`<${Decoded} id=${row.id}/>`}
    </details>
    ${row.untrustedPurpose && html`<p><${Foreign} of="the agent says" text=${row.untrustedPurpose}/></p>`}
    ${asked === row.id && html`<${Code} id=${row.id}/>`}
    ${
      !readOnly &&
      html`<div class="row">
        ${isPending && html`<${Ways} row=${row} approver=${approver} wallets=${wallets} busy=${approving.busy || ending.busy} run=${approving.run}/>`}
        <button type="button" class="danger" disabled=${ending.busy || (approving.busy && asked === null)} onClick=${() => ending.run(() => call('deny', { id: row.id }), deniedWords)}>${isPending ? 'Deny' : 'Take back'}</button>
      </div>`
    }
    <${Said} text=${approving.busy ? `Look at the ${approver === 'terminal' ? 'terminal' : 'wallet'}.` : approving.said}/>
    <${Said} text=${ending.said}/>
  </article>` as VNode;
};

/** The newest first: what was asked just now is what somebody waits for. */
export const newestFirst = (rows: readonly Approval[]): Approval[] => {
  const pending = rows.filter(({ state }) => state === 'pending');
  const others = rows.filter(({ state }) => state !== 'pending');
  return [...pending.reverse(), ...others.reverse()];
};

/** What waits for a person, and what was approved and is not used yet. */
export const Requests = ({ approver }: { approver: string }): VNode => {
  const { readOnly, approves, asked, outcome } = usePage();
  const { data, problem } = useAnswer('approvals ls', { limit: 1000 });
  const wallets = useWallets();
  const rows = newestFirst(data?.items ?? []);
  const more = (data?.total ?? 0) - rows.length;
  const waiting = rows.filter(({ state }) => state === 'pending').length;
  useEffect(() => {
    // who looks at another tab sees it, too
    document.title = waiting === 0 ? 'aleph-agent' : `(${waiting}) aleph-agent`;
  }, [waiting]);
  return html`<${Part} name="Waits for you" id="requests">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${data !== null && rows.length === 0 && html`<p class="none">Nothing waits for approval.</p>`}
    ${approver === 'terminal' && !readOnly && approves && html`<${NewEnvelope} rows=${rows}/>`}
    ${data !== null && asked !== null && asked !== envelope && !rows.some(({ id }) => id === asked) && html`<h3>${asked}</h3><${Code} id=${asked}/>`}
    <${Said} text=${outcome}/>
    ${rows.map((row) => html`<${Request} key=${row.id} of=${row} approver=${approver} wallets=${wallets}/>`)}
    ${more > 0 && html`<p>${more} more: <code>aleph-agent approvals ls</code></p>`}
  <//>` as VNode;
};
