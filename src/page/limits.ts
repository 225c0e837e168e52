import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer, useDoing, usePage } from './hooks.ts';
import type { Outputs } from './outputs.ts';
import { Bar, Part, Said } from './pieces.ts';
import { call } from './server.ts';
import { asNumber, lasting, shareOf } from './words.ts';

type Policy = Outputs['policy show'];

/** Limits that have a use to show, from what `status` and `policy show` say. */
const bars = (status: Outputs['status'], policy: Policy): { name: string; share: number; words: string }[] => {
  const left = (name: string, most: string, rest: string | null) =>
    rest === null ? [] : [{ name, share: shareOf(Number(most) - Number(rest), Number(most)), words: `${rest} of ${most} USD left` }];
  return [
    { name: 'VMs at once', share: shareOf(status.live, policy.maxVms), words: `${status.live} of ${policy.maxVms}` },
    {
      name: 'Burn',
      share: shareOf(Number(status.usdPerHour), Number(policy.maxBurnUsdPerHour)),
      words: `${status.usdPerHour} of ${policy.maxBurnUsdPerHour} USD/h`,
    },
    ...left('Today', policy.maxDayUsd, status.todayLeftUsd),
    ...left('In all, until you re-authorise', policy.maxTotalUsd, status.totalLeftUsd),
    ...policy.tasks.flatMap(({ task, budgetUsd, leftUsd }) => left(`Task ${task}`, budgetUsd, leftUsd)),
  ];
};

/** Those that the page sets, by the input of `policy set`, with what holds now. */
const settable = [
  ['maxVms', 'VMs at once', ({ maxVms }) => String(maxVms)],
  ['maxBurn', 'Burn, USD/h', ({ maxBurnUsdPerHour }) => maxBurnUsdPerHour],
  ['maxDay', 'A day, USD', ({ maxDayUsd }) => maxDayUsd],
  ['maxTotal', 'In all, USD', ({ maxTotalUsd }) => maxTotalUsd],
  ['askAbove', 'Ask above, USD for a VM', ({ askAboveUsd }) => askAboveUsd],
  ['maxCu', 'Compute units of a VM', ({ maxComputeUnits }) => String(maxComputeUnits)],
] as const satisfies readonly (readonly [string, string, (policy: Policy) => string])[];

const whole: readonly string[] = ['maxVms', 'maxCu'];

const Lower = ({ policy }: { policy: Policy }): VNode => {
  const { busy, said, run } = useDoing();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const submit = (event: Event): void => {
    event.preventDefault();
    const input = Object.fromEntries(
      Object.entries(typed).flatMap(([key, value]) => (value === '' ? [] : [[key, whole.includes(key) ? asNumber(value) : value]])),
    );
    if (Object.keys(input).length === 0) return;
    void run(
      () => call('policy set', input),
      ({ version }) => `The limits hold, as policy version ${version}.`,
    ).then((done) => done && setTyped({}));
  };
  return html`<details><summary>Lower a limit</summary>
    <form onSubmit=${submit}>
      <p>Lower limits hold at once. With a higher one among them all that is set becomes one request, which a person approves.</p>
      <div class="fields">${settable.map(
        ([key, name, now]) => html`<label key=${key}>${name}<input inputmode="decimal" placeholder=${now(policy)} value=${typed[key] ?? ''}
          onInput=${(event: Event) => setTyped({ ...typed, [key]: (event.target as HTMLInputElement).value })}/></label>`,
      )}</div>
      <button type="submit" disabled=${busy}>Set</button>
    </form>
    <${Said} text=${said}/>
  </details>` as VNode;
};

/** What each limit has left. */
export const Limits = ({ status }: { status: Outputs['status'] | null }): VNode => {
  const { readOnly } = usePage();
  const { data: policy, problem } = useAnswer('policy show');
  return html`<${Part} name="Limits" id="limits">
    ${problem !== null && html`<p class="bad">${problem}</p>`}
    ${policy !== null && status !== null && bars(status, policy).map((bar) => html`<${Bar} key=${bar.name} ...${bar}/>`)}
    ${
      policy !== null &&
      html`<p>A VM lives at most ${lasting(policy.maxTtlSeconds)} and has at most ${policy.maxComputeUnits} compute units; at most ${policy.creationsPerMinute} are created a minute. Above ${policy.askAboveUsd} USD for one VM a person is asked. ${policy.balanceGuardPercent} % of the acknowledged balance always stay.</p>`
    }
    ${policy?.problem && html`<p class="bad">Nothing is spent: ${policy.problem}</p>`}
    ${policy !== null && !readOnly && html`<${Lower} policy=${policy}/>`}
  <//>` as VNode;
};
