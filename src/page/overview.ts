import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { Chart } from './chart.ts';
import { useDoing, usePage } from './hooks.ts';
import type { Outputs } from './outputs.ts';
import { Confirm, Part, Said, Table } from './pieces.ts';
import { call, type Warning } from './server.ts';
import { lasting, moment, now, readAt, until } from './words.ts';

type Status = Outputs['status'];
type Vms = Outputs['vm ls'];

const fact = (name: string, value: string, bad = false): VNode =>
  html`<div class="fact"><dt>${name}</dt><dd class=${bad ? 'bad' : ''}>${value}</dd></div>` as VNode;

const lasts = ({ runwaySeconds, usdPerHour }: Status): string => {
  if (runwaySeconds === null) return Number(usdPerHour) === 0 ? 'unlimited (no VM is running)' : 'unknown';
  return `${lasting(runwaySeconds)}, until ${moment(new Date(now() + runwaySeconds * 1000).toISOString())}`;
};

const aboutOf = ({ network, account, payer, approver, asOf, stale }: Status): string =>
  [
    `${network}, account ${account ?? 'none'}${payer === undefined ? '' : `, paid by ${payer}`}.`,
    `Who approves: ${approver === 'terminal' ? 'a person at a terminal, which stops mistakes only' : approver}.`,
    asOf === null ? 'Figures were never read.' : stale ? `Figures of ${until(asOf)}, not fresh.` : `Figures of ${moment(asOf)}.`,
  ].join(' ');

/** What a person should know at once. */
export const Alerts = ({ warnings }: { warnings: readonly Warning[] }): VNode =>
  html`<div role="status" aria-label="Alerts">${warnings.map(
    ({ code, message }) => html`<p class="alert" key=${code + message}><b>${code}</b> ${message}</p>`,
  )}</div>` as VNode;

interface Ahead {
  at: number;
  usd: number;
  why: string;
}

/**
 * The balance as it will be if nothing is made, extended or bought: each VM burns until its end, all else goes on. Figures to look at, not
 * to reckon with.
 */
export const balanceAhead = ({ usd, usdPerHour }: Pick<Status, 'usd' | 'usdPerHour'>, vms: Vms['items'], from: number): Ahead[] => {
  if (usd === null) return [];
  const ends = vms
    .map(({ name, expiresAt, usdPerHour: rate }) => ({ name, at: Date.parse(expiresAt), rate: Number(rate) }))
    .filter(({ at, rate }) => at > from && rate > 0)
    .sort((a, b) => a.at - b.at);
  let burn = Number(usdPerHour);
  let left = Number(usd);
  let at = from;
  const points: Ahead[] = [{ at, usd: left, why: 'now' }];
  const step = (to: number, why: string): boolean => {
    const after = left - (burn * (to - at)) / 3_600_000;
    if (after >= 0) points.push({ at: to, usd: after, why });
    else points.push({ at: at + (left / burn) * 3_600_000, usd: 0, why: 'nothing is left' });
    left = Math.max(0, after);
    at = to;
    return after >= 0;
  };
  for (const { name, at: end, rate } of ends) {
    if (!step(end, `${name} ends`)) return points;
    burn = Math.max(0, burn - rate);
  }
  step(at + 24 * 3_600_000, 'a day later');
  return points;
};

const Balance = ({ status, vms }: { status: Status; vms: Vms['items'] }): VNode | null => {
  const ahead = balanceAhead(status, vms, now());
  if (ahead.length < 2) return null;
  return html`<details><summary>Balance ahead, if nothing new is made</summary>
    <${Chart} label=${`Balance from ${ahead[0]!.usd.toFixed(2)} USD to ${ahead.at(-1)!.usd.toFixed(2)} USD`} kind="line"
      points=${ahead.map(({ at, usd }) => [at / 1000, usd])}/>
    <${Table} caption="Balance ahead" rows=${ahead} keyOf=${({ at, why }: Ahead) => `${at} ${why}`} none="" columns=${[
      ['When', ({ at }: Ahead) => moment(new Date(at).toISOString())],
      ['What', ({ why }: Ahead) => why],
      ['USD', ({ usd }: Ahead) => usd.toFixed(4), 'number'],
    ]}/>
  </details>` as VNode;
};

interface OverviewProps {
  status: Status | null;
  problem: string | null;
  vms: Vms['items'];
  /** So many requests of this account wait; null: not read. */
  waiting: number | null;
}

/** The account at a glance. */
export const Overview = ({ status, problem, vms, waiting }: OverviewProps): VNode => {
  const { readOnly } = usePage();
  const { busy, said, run } = useDoing();
  // once, as it comes: later its age would be taken for a clock that runs behind
  const read = useRef<Status | null>(null);
  if (status !== read.current && status !== null && status.asOf !== null && !status.stale) readAt(status.asOf);
  read.current = status;
  if (status === null) return html`<p class=${problem === null ? 'none' : 'bad'}>${problem ?? 'Reading…'}</p>` as VNode;
  return html`<${Part} name="At a glance" id="glance">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${status.frozenSince !== null && html`<p class="alert"><b>Frozen</b> since ${moment(status.frozenSince)}: nothing is created or extended.</p>`}
    <dl class="glance">
      ${fact('Balance', status.usd === null ? 'unknown' : `${status.usd} USD`)}
      ${fact('Burns now', `${status.usdPerHour} USD/h`)}
      ${fact('Lasts', lasts(status), status.runwaySeconds !== null && status.runwaySeconds < 86_400)}
      ${fact('VMs', String(status.live))}
      ${fact('May be spent today', status.todayLeftUsd === null ? 'unknown' : `${status.todayLeftUsd} USD`)}
      ${fact('In all', status.totalLeftUsd === null ? 'unknown' : `${status.totalLeftUsd} USD`)}
      ${fact('24 h reserve', status.reserveUsd === null ? 'unknown' : `${status.reserveUsd} USD`)}
      ${fact('Waits for you', waiting === null ? 'unknown' : String(waiting), waiting !== null && waiting > 0)}
    </dl>
    <p>${aboutOf(status)}</p>
    <${Balance} status=${status} vms=${vms}/>
    ${
      !readOnly &&
      status.frozenSince === null &&
      html`<${Confirm} does="Freeze" name=${null} disabled=${busy} what="Nothing is created or extended any more, by anybody, until the approver thaws it. What runs goes on to its end."
        act=${() =>
          run(
            () => call('freeze'),
            ({ frozenSince }) => `Frozen since ${moment(frozenSince ?? new Date(now()).toISOString())}.`,
          )}/>`
    }
    ${
      !readOnly &&
      status.frozenSince !== null &&
      html`<button type="button" disabled=${busy} onClick=${() =>
        run(
          () => call('thaw'),
          ({ changed }) => (changed ? 'Creation and extension go on.' : 'Nothing was frozen.'),
        )}>Thaw, once it is approved</button>`
    }
    <${Said} text=${said}/>
  <//>` as VNode;
};
