import type { Style } from '../../../contract/declare/style.ts';
import { bySeverity } from '../../../domain/failure/severity.ts';
import type { AnyPlan } from '../../../domain/plan/plan.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { hangText, wrapText } from './wrap-text.ts';

/** All of them where all is asked for; otherwise what stands against it, and how many do not: a dozen that pass are two thirds of a plan. */
const checksOf = ({ checks }: AnyPlan, full: boolean): Record<string, unknown> => {
  const listed = checks.filter(({ ok }) => full || !ok);
  return {
    checks: listed.map(({ code, ok, figure, limit, message }) =>
      full ? { code, ok, figure, limit, message } : { code, ok, figure, limit },
    ),
    passed: checks.filter(({ ok }) => ok).length,
  };
};

/** `--dry-run` as data: short unless all of it is asked for. */
export const planData = (plan: AnyPlan, full: boolean): Record<string, unknown> => ({
  id: full ? plan.id : shortId(plan.id),
  action: plan.action,
  summary: plan.summary,
  verdict: plan.verdict,
  cost: plan.cost,
  ...(plan.choice === undefined ? {} : { crns: plan.choice.crns, why: plan.choice.why }),
  ...(plan.notes === undefined ? {} : { notes: plan.notes }),
  ...checksOf(plan, full),
  ...(full ? { terms: plan.terms, consentPhrase: plan.consentPhrase, approval: plan.approval } : {}),
  expiresAt: plan.expiresAt,
});

/** The plan for a person, before a question or instead of doing it: our figures first. */
export const planText = (plan: AnyPlan, style: Style): string => {
  const { cost } = plan;
  const facts: [string, string][] =
    cost === null
      ? []
      : [
          ['costs', `${cost.usdPerHour} USD/h, at most ${cost.mostUsd} USD`],
          ['needed in the account', `${cost.reserveUsd} USD`],
        ];
  const choice: [string, string][] =
    plan.choice === undefined
      ? []
      : [
          ['nodes', plan.choice.crns.join(', ')],
          ['why', plan.choice.why],
        ];
  // allowed, once its phrase is typed: that is how a person gives an approval
  const allowed = plan.consentPhrase !== null && plan.approval === null ? style.warn('waits for your approval') : style.good('allowed');
  const verdict = { allow: allowed, approve: style.warn('needs a person'), deny: style.bad('refused') }[plan.verdict];
  const failing = bySeverity(plan.failing).map(
    ({ code, message }) => `  ${style.bad(code)}  ${hangText(message, style.width, code.length + 4)}`,
  );
  return [
    style.bold(wrapText(plan.summary, style.width)),
    style.facts([...facts, ...choice, ['verdict', verdict], ['plan', `${shortId(plan.id)}, until ${plan.expiresAt}`]]),
    ...(plan.notes ?? []),
    ...failing,
  ].join('\n');
};
