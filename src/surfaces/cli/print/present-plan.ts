import type { Style } from '../../../contract/declare/style.ts';
import { bySeverity } from '../../../domain/failure/severity.ts';
import { gibText } from '../../../domain/money/mib.ts';
import type { ProvisionSubject } from '../../../domain/plan/kinds/provision.ts';
import type { AnyPlan } from '../../../domain/plan/plan.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
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

/**
 * The plan for a person, before a question or for `--dry-run`: what is done, what it costs, where, what the policy says to it; the asker's
 * words last.
 */
export const planText = (plan: AnyPlan, style: Style): string => {
  const { cost, choice } = plan;
  const failing = bySeverity(plan.failing).map(
    ({ code, message }) => `  ${style.bad(code)}  ${hangText(message, style.width, code.length + 4)}`,
  );
  return [
    titleOf(plan, style),
    style.facts([
      ...accountFacts(plan),
      ...(cost === null ? [] : costFacts(plan, cost)),
      ...(choice === undefined ? [] : nodeFacts(choice)),
      ['limits', limitsOf(plan, style)],
      ['plan', `${shortId(plan.id)}, expires ${style.when(plan.expiresAt)}`],
    ]),
    ...(plan.notes ?? []).map(style.prose),
    ...failing,
    ...(plan.untrustedPurpose === undefined ? [] : [style.dim(wrapText(`The agent says: "${plan.untrustedPurpose}"`, style.width))]),
  ].join('\n');
};

/** Of a VM its name and what it is, at a glance; of everything else the plan's own summary. */
const titleOf = ({ action, subject, summary }: AnyPlan, style: Style): string => {
  const given = subject as Partial<ProvisionSubject>;
  if (action !== 'vm create' || given.spec === undefined) return style.bold(wrapText(summary, style.width));
  const { vcpus, memoryMib, diskMib, gpus = [], image } = given.spec;
  const parts = [`${vcpus} vCPU`, gibText(memoryMib), `${gibText(diskMib)} disk`, ...gpus, image];
  const title = `Create ${given.name}`;
  return `${style.bold(title)}  ${hangText(parts.join(' · '), style.width, title.length + 2)}`;
};

/** Whose spending an approval is about: who approves may have another key in use. */
const accountFacts = ({ action, terms: { account, payer } }: AnyPlan): [string, string][] => {
  if (!action.startsWith('approve') || typeof account !== 'string') return [];
  return [['account', payer === undefined || payer === account ? account : `${account}, paid by ${payer}`]];
};

const costFacts = ({ action, subject }: AnyPlan, cost: NonNullable<AnyPlan['cost']>): [string, string][] => {
  const { ttlSeconds, payer, account, envelope } = subject as Partial<ProvisionSubject>;
  const isNew = action === 'vm create' && ttlSeconds !== undefined;
  const paid = isNew && payer !== account ? `, paid by ${payer}` : '';
  const within = isNew && envelope != null ? `, out of envelope ${envelope}` : '';
  return [
    ['cost', `${cost.usdPerHour} USD/h${isNew ? ` for ${formatDuration(ttlSeconds)}` : ''}, at most ${cost.mostUsd} USD${paid}${within}`],
    ['balance', `${cost.neededUsd} USD must be in the account`],
  ];
};

const nodeFacts = ({ crns, why }: NonNullable<AnyPlan['choice']>): [string, string][] => {
  const [first = '', ...others] = crns;
  return [
    ['node', others.length === 0 ? first : `${first}; if it fails ${others.join(', then ')}`],
    ['why', why],
  ];
};

/** What the policy says to the plan, and how many of its checks pass. */
const limitsOf = ({ verdict, consentPhrase, approval, checks }: AnyPlan, style: Style): string => {
  const passed = checks.filter(({ ok }) => ok).length;
  const counted = checks.length === 0 ? '' : `, ${passed === checks.length ? 'all' : `${passed} of`} ${checks.length} checks pass`;
  if (verdict === 'deny') return style.bad(`refused${counted}`);
  // the policy allows the plan, but a person gives the approval by typing its phrase
  const isTyped = consentPhrase !== null && approval === null;
  return verdict === 'approve' || isTyped ? style.warn(`needs your approval${counted}`) : style.good(`allowed${counted}`);
};
