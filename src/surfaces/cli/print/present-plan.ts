import type { Style } from '../../../contract/declare/style.ts';
import { bySeverity } from '../../../domain/failure/severity.ts';
import type { AnyPlan } from '../../../domain/plan/plan.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { hangText, wrapText } from './wrap-text.ts';

/**
 * All checks with `full`; otherwise the failing ones and the number of those that passed, because a dozen passing checks would be two
 * thirds of a plan.
 */
const checksOf = ({ checks }: AnyPlan, full: boolean): Record<string, unknown> => {
  const listed = checks.filter(({ ok }) => full || !ok);
  return {
    checks: listed.map(({ code, of, ok, figure, limit, message }) => ({
      code,
      ...(of === undefined ? {} : { of }),
      ok,
      figure,
      limit,
      ...(full ? { message } : {}),
    })),
    passed: checks.filter(({ ok }) => ok).length,
  };
};

/** The data of `--dry-run`, short unless `full`. */
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
  ...(plan.untrustedPurpose === undefined ? {} : { untrustedPurpose: plan.untrustedPurpose }),
});

/** The plan for a person, before a question or for `--dry-run`; our figures come first, the asker's words last. */
export const planText = (plan: AnyPlan, style: Style): string => {
  const { cost } = plan;
  const facts: [string, string][] =
    cost === null
      ? []
      : [
          ['costs', `${cost.usdPerHour} USD/h, at most ${cost.mostUsd} USD`],
          ['needed in the account', `${cost.neededUsd} USD`],
        ];
  const choice: [string, string][] =
    plan.choice === undefined
      ? []
      : [
          ['nodes', plan.choice.crns.join(', ')],
          ['why', plan.choice.why],
        ];
  // the policy allows the plan, but a person gives the approval by typing its phrase
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
    ...(plan.untrustedPurpose === undefined ? [] : [style.dim(wrapText(`The agent says: "${plan.untrustedPurpose}"`, style.width))]),
  ].join('\n');
};
