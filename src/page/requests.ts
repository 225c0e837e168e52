import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Code } from './code.ts';
import { NewEnvelope } from './envelope.ts';
import { problemOf, useDoing, usePage } from './hooks.ts';
import type { Approval, Outputs } from './outputs.ts';
import { Foreign, Part, Said } from './pieces.ts';
import { type Answer, approve, call, envelope } from './server.ts';
import { signWith, useWallets, type Wallet } from './wallet.ts';
import { short, until } from './words.ts';

type Shown = Outputs['approve']['sign'];

/** What a signature over the request says, decoded from the stored plan by the program: read once, and read again before it is signed. */
const useShown = (id: string, wanted: boolean) => {
  const [read, setRead] = useState<{ shown: Shown; problem: string | null }>({ shown: null, problem: null });
  const ask = async (): Promise<Shown> => {
    const answer = await call('approve', { id, show: true });
    const shown = answer.ok ? answer.data.sign : null;
    setRead({ shown, problem: answer.ok ? null : problemOf(answer) });
    return shown;
  };
  useEffect(() => {
    if (wanted && read.shown === null) ask().catch(() => setRead({ shown: null, problem: 'The program does not answer.' }));
  }, [id, wanted]);
  return { ...read, ask };
};

/** The agent's words last. */
const Decoded = ({ shown, problem }: { shown: Shown; problem: string | null }): VNode => {
  if (shown === null) return html`<p>${problem ?? '…'}</p>` as VNode;
  const { primaryType, message } = shown as { primaryType: string; message: Record<string, string> };
  const { agentSays, ...ours } = message;
  return html`<dl class="facts">
    <dt>kind</dt><dd>${primaryType}</dd>
    ${Object.entries(ours).map(([name, value]) => html`<dt key=${name}>${name}</dt><dd>${value}</dd>`)}
    ${agentSays && html`<dt>agentSays</dt><dd><${Foreign} of="the agent says" text=${agentSays}/></dd>`}
  </dl>` as VNode;
};

const notSigned = (code: string, message: string): Answer<never> => ({ ok: false, error: { code, message } });

/** Has a wallet sign what was shown, that very object, and brings the signature. What the program makes of it by now must be the same. */
const signed = async (
  wallet: Wallet,
  approver: string,
  id: string,
  { shown, ask }: Pick<ReturnType<typeof useShown>, 'shown' | 'ask'>,
): Promise<Answer<Outputs['approve']>> => {
  if (JSON.stringify(await ask()) !== JSON.stringify(shown))
    return notSigned('PLAN_MOVED', 'What would be signed is not what stood here any more: read it again. Nothing was signed.');
  const made = await signWith(wallet, approver, shown);
  return 'why' in made ? notSigned('DECLINED', made.why) : call('approve', { id, signature: made.signature });
};

interface WaysProps {
  row: Approval;
  approver: string;
  wallets: readonly Wallet[];
  /** What is signed, once it stands there to be read. */
  read: Pick<ReturnType<typeof useShown>, 'shown' | 'ask'>;
  busy: boolean;
  run: ReturnType<typeof useDoing>['run'];
}

const atTerminal = (id: string): VNode => html`<code>aleph-agent approve ${id}</code>` as VNode;

/** How this request is approved: by the code at the terminal, or by the approver's wallet. */
const Ways = ({ row: { id }, approver, wallets, read, busy, run }: WaysProps): VNode => {
  const { asked, approves } = usePage();
  const done = ({ state }: Outputs['approve']): string =>
    state === 'used' ? `${id} is approved and in force.` : `${id} is approved; the call that asked may be made again.`;
  if (approver === 'terminal' && !approves)
    return html`<span>This home serves agents, and this page was started without --approves: ${atTerminal(id)} at a terminal approves it.</span>` as VNode;
  if (approver === 'terminal')
    return html`<button type="button" disabled=${busy || asked !== null} onClick=${() => run(() => approve({ approval: id }), done)}>Approve…</button>` as VNode;
  if (wallets.length === 0)
    return html`<span>${approver} approves, and this browser has no wallet. Where that key lies in this home ${atTerminal(id)} at a terminal signs.</span>` as VNode;
  return html`${read.shown === null && html`<span>Open what a signature would say: it is read before it is signed.</span>`}
    ${wallets.map(
      (
        wallet,
      ) => html`<button type="button" key=${wallet.info.uuid} disabled=${busy || read.shown === null} onClick=${() => run(() => signed(wallet, approver, id, read), done)}>
      Sign as ${short(approver)} with <${Foreign} of="a wallet that calls itself" text=${wallet.info.name}/></button>`,
    )}` as VNode;
};

interface RequestProps {
  of: Approval;
  /** What is signed stands there from the beginning. */
  opens: boolean;
  approver: string;
  wallets: readonly Wallet[];
}

const deniedWords = ({ approval, state, changed }: Outputs['deny']): string =>
  changed ? `${approval} is denied.` : `${approval} is ${state} already.`;

const Request = ({ of: row, opens, approver, wallets }: RequestProps): VNode => {
  const { readOnly, asked } = usePage();
  const [open, setOpen] = useState(false);
  const { shown, problem, ask } = useShown(row.id, open);
  useEffect(() => {
    if (opens) setOpen(true);
  }, [opens]);
  const approving = useDoing();
  const ending = useDoing();
  const isPending = row.state === 'pending';
  return html`<article aria-label=${`Request ${row.id}`}>
    <h3>${row.mostUsd === null ? row.action : html`${row.action}, at most <b>${row.mostUsd} USD</b>`}</h3>
    <p class="ours">${row.what}</p>
    <dl class="facts">
      <dt>account</dt><dd>${row.account}${row.payer === undefined ? '' : `, paid by ${row.payer}`}</dd>
      <dt>asked by</dt><dd>${row.agent ?? 'the owner’s home'}</dd>
      <dt>state</dt><dd>${row.state}${row.leftUsd === null ? '' : `, ${row.leftUsd} USD left`}</dd>
      <dt>ends</dt><dd>${until(row.expiresAt)}</dd>
      <dt>request</dt><dd>${row.id}</dd>
    </dl>
    <details open=${open} onToggle=${(event: Event) => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary>What a signature would say</summary>${open && html`<${Decoded} shown=${shown} problem=${problem}/>`}
    </details>
    ${row.untrustedPurpose && html`<p><${Foreign} of="the agent says" text=${row.untrustedPurpose}/></p>`}
    ${asked === row.id && html`<${Code} id=${row.id}/>`}
    ${
      !readOnly &&
      html`<div class="row">
        ${isPending && html`<${Ways} row=${row} approver=${approver} wallets=${wallets} read=${{ shown: open ? shown : null, ask }} busy=${approving.busy || ending.busy} run=${approving.run}/>`}
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

/** What the list has of one account; whoever looks at that account's page approves nothing of another by mistake. */
export interface OwnRequests {
  /** The newest first; null: not read. */
  rows: Approval[] | null;
  /** So many of them wait; null: not read. */
  waiting: number | null;
  /** So many wait for other accounts. */
  others: number;
  /** So many are in no list of the page. */
  more: number;
}

export const ofAccount = (list: Outputs['approvals ls'] | null, account: string | null): OwnRequests => {
  if (list === null) return { rows: null, waiting: null, others: 0, more: 0 };
  const waits = ({ state }: Approval): boolean => state === 'pending';
  const [own, others] = [true, false].map((mine) => list.items.filter((row) => (row.account === account) === mine)) as [
    Approval[],
    Approval[],
  ];
  return { rows: newestFirst(own), waiting: own.filter(waits).length, others: others.filter(waits).length, more: list.total - list.count };
};

/** Of so many what is signed is read at once; of any other as somebody opens it, and before that it is not signed. */
const mostOpen = 10;

interface RequestsProps {
  approver: string;
  of: OwnRequests;
  problem: string | null;
}

/** What waits for a person, and what was approved and is not used yet. */
export const Requests = ({ approver, of: { rows: read, waiting, others, more }, problem }: RequestsProps): VNode => {
  const { readOnly, approves, asked, outcome } = usePage();
  const wallets = useWallets();
  const signs = approver !== 'terminal' && wallets.length > 0 && !readOnly;
  const rows = read ?? [];
  useEffect(() => {
    // who looks at another tab sees it, too
    document.title = waiting === null || waiting === 0 ? 'aleph-agent' : `(${waiting}) aleph-agent`;
  }, [waiting]);
  return html`<${Part} name="Waits for you" id="requests">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${read !== null && rows.length === 0 && html`<p class="none">Nothing waits for approval.</p>`}
    ${!readOnly && html`<${NewEnvelope} rows=${rows} byCode=${approver === 'terminal' && approves}/>`}
    ${read !== null && asked !== null && asked !== envelope && !rows.some(({ id }) => id === asked) && html`<h3>${asked}</h3><${Code} id=${asked}/>`}
    <${Said} text=${outcome}/>
    ${rows.map((row, place) => html`<${Request} key=${row.id} of=${row} opens=${signs && row.state === 'pending' && place < mostOpen} approver=${approver} wallets=${wallets}/>`)}
    ${others > 0 && html`<p>Requests of other accounts that wait: ${others} (<code>aleph-agent approvals ls</code>).</p>`}
    ${more > 0 && html`<p>${more} more: <code>aleph-agent approvals ls</code></p>`}
  <//>` as VNode;
};
