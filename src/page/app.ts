import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { Agents } from './agents.ts';
import { PageContext, useAnswer } from './hooks.ts';
import { Limits } from './limits.ts';
import { Alerts, Overview } from './overview.ts';
import { ofAccount, Requests } from './requests.ts';
import { seldom } from './seldom.ts';
import { askedAfter, Closed, forget, type Heard, listen, openPage, type Session, type Warning } from './server.ts';
import { Spending } from './spending.ts';
import { Trail } from './trail.ts';
import { Vms } from './vms.ts';

/**
 * How often figures of the network are read anew though the ledger has not changed, ms; and how long after a lost stream the next is tried.
 */
const roundMs = 30_000;
const againMs = 2_000;

/** A ledger that is written all the time has the page read anew so often, ms: each time asks the network, too. */
const restMs = 4_000;

const Parts = ({ warnings }: { warnings: readonly Warning[] }): VNode => {
  const status = useAnswer('status');
  const vms = useAnswer('vm ls', { limit: 1000 });
  const requests = useAnswer('approvals ls', { limit: 1000 });
  const account = status.data?.account ?? null;
  const mine = useMemo(() => ofAccount(requests.data, account), [requests.data, account]);
  return html`<${Alerts} warnings=${warnings}/>
    <${Overview} status=${status.data} problem=${status.problem} vms=${vms.data?.items ?? []} waiting=${mine.waiting}/>
    ${status.data !== null && html`<${Requests} approver=${status.data.approver} of=${mine} problem=${requests.problem}/>`}
    <${Vms} ...${vms}/>
    <${Limits} status=${status.data}/>
    <${Spending}/>
    <${Agents}/>
    <${Trail}/>` as VNode;
};

/** Follows what happens until the page is closed; a lost stream is opened again. */
const follow = (hear: (heard: Heard | 'lost') => void, closed: (why: string) => void): (() => void) => {
  const over = new AbortController();
  const begin = (): void => {
    listen(hear, over.signal).catch((thrown: unknown) => {
      if (over.signal.aborted) return;
      if (thrown instanceof Closed) return closed(thrown.message);
      hear('lost');
      setTimeout(begin, againMs);
    });
  };
  begin();
  return () => over.abort();
};

const Open = ({ readOnly, approves, version, closed }: Session & { closed(why: string): void }): VNode => {
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [live, setLive] = useState(false);
  const [told, setTold] = useState<Readonly<Record<string, readonly Warning[]>>>({});
  const refresh = useCallback(() => setRound((before) => before + 1), []);
  const warn = useCallback((part: string, warnings: readonly Warning[]) => setTold((before) => ({ ...before, [part]: warnings })), []);
  useEffect(() => {
    const read = seldom(refresh, restMs);
    // nobody looks at a hidden tab, and its figures are read as somebody does
    const look = (): void => {
      if (!document.hidden) read();
    };
    const timer = setInterval(look, roundMs);
    document.addEventListener('visibilitychange', look);
    let wasLost = false;
    const stop = follow((heard) => {
      setLive(heard !== 'lost');
      if (heard === 'lost') {
        wasLost = true;
        return;
      }
      if (wasLost) look();
      wasLost = false;
      if (heard.type === 'over') closed('The program that served this page has closed it.');
      setAsked((before) => askedAfter(before, heard));
      if (heard.type === 'asked') setOutcome(null);
      if (heard.type === 'outcome') setOutcome(heard.said);
      if (heard.type === 'changed' || heard.type === 'settled') look();
    }, closed);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      stop();
    };
  }, []);
  const page = useMemo(
    () => ({ readOnly, approves, round, asked, outcome, refresh, closed, warn }),
    [readOnly, approves, round, asked, outcome],
  );
  const warnings = useMemo(() => {
    const all = Object.values(told).flat();
    return all.filter(({ code, message }, place) => all.findIndex((other) => other.code === code && other.message === message) === place);
  }, [told]);
  return html`<${PageContext.Provider} value=${page}>
    <header><h1>aleph-agent</h1><p role="status">${live ? 'live' : 'not connected: what stands here may be old'}${readOnly ? ', only shows' : ''}</p></header>
    <main><${Parts} warnings=${warnings}/></main>
    <footer>aleph-agent ${version}. Times are of this browser's time zone. Words in marks are other people's.</footer>
  <//>` as VNode;
};

/** The page: closed, until its link was opened in this tab. */
export const App = (): VNode => {
  const [session, setSession] = useState<Session | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const closed = useCallback((reason: string) => {
    forget();
    setSession(null);
    setWhy(reason);
  }, []);
  useEffect(() => {
    openPage().then(setSession, (thrown: Error) => closed(thrown instanceof Closed ? thrown.message : 'The program does not answer.'));
  }, []);
  if (session !== null) return html`<${Open} ...${session} closed=${closed}/>` as VNode;
  return html`<main class="closed"><h1>aleph-agent</h1><p role="status">${why ?? 'Opening…'}</p>
    ${why !== null && html`<p>Run <code>aleph-agent dashboard</code> at a terminal, and open the file that it names: its link works once, within a minute.</p>`}
  </main>` as VNode;
};
