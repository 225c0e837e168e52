import type { Decimal } from 'decimal.js';
import type { VmSpec } from '../../../domain/ledger/vm-record.ts';
import type { JudgedCheck } from '../../../domain/limits/judged-check.ts';
import type { Limits } from '../../../domain/limits/limits.ts';
import { Exact } from '../../../domain/money/exact.ts';
import { productSize, specRate } from '../../../domain/money/product-price.ts';
import { type FitRules, unfitReasons } from '../../../domain/nodes/node-fit.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { type Figures, readFigures } from '../../../lifecycle/account/read-figures.ts';
import { judgeCreate } from '../../../lifecycle/create/judge-create.ts';
import { isFundable } from '../../../lifecycle/funding/is-fundable.ts';
import { type Survey, type SurveyedNode, surveyNodes } from '../../../lifecycle/nodes/survey-nodes.ts';
import { payerOf } from '../../../lifecycle/operation/payer-of.ts';
import { requireClock } from '../../../lifecycle/operation/trusted-clock.ts';
import { inProject } from '../../../lifecycle/policy/in-project.ts';
import { readPolicy } from '../../../lifecycle/policy/policy-in-force.ts';
import { isGuarded, requireOwnRoots } from '../../../lifecycle/policy/require-own-roots.ts';
import type { ReadContext } from '../../../ports/context.ts';
import type { Image } from '../../../ports/network/messages.ts';
import type { PriceTable } from '../../../ports/network/prices.ts';

/** What was chosen so far. */
export interface Chosen {
  cu: number;
  gpus: readonly string[];
  image: Image;
  ttlSeconds: number;
}

/** Why a choice cannot be had: in a few words, and in sentences. */
export interface Against {
  words: string;
  why: string;
}

/** All that the questions are made of, read once before the first is asked. */
export interface Shop {
  now: number;
  limits: Limits;
  /** Whose signature gives an approval; null: whoever sits at the terminal gives it. */
  approver: string | null;
  prices: PriceTable;
  images: Image[];
  survey: Survey;
  figures: Figures;
  /** The nodes that fit and are in reach, by what the survey knows. */
  fitting(spec: VmSpec): SurveyedNode[];
  /** What refuses a VM of this spec and lifetime, whoever approves; null: nothing that is known. */
  against(spec: VmSpec, ttlSeconds: number): Against | null;
}

export const openShop = async (context: ReadContext): Promise<Shop> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  const walked = ledger.walkAhead();
  const cloud = await context.cloud();
  const policy = inProject(await readPolicy(context, account), context);
  requireOwnRoots(context, policy);
  const payer = await payerOf(context, account);
  const [prices, images, survey, figures] = await Promise.all([
    cloud.prices.table(),
    cloud.messages.images(),
    surveyNodes(context),
    readFigures(context, { account, payer }, policy.authorisedAt),
    requireClock(context),
    walked,
  ]);
  const now = context.clock.now();
  const able = survey.nodes.filter(({ reached }) => reached !== false);
  const fitting = (spec: VmSpec): SurveyedNode[] => able.filter((node) => unfitReasons(spec, node, rulesOf(survey)).length === 0);
  const given = {
    network: context.network,
    policy,
    figures,
    now,
    guarded: isGuarded(context, policy),
    approved: false,
    enveloped: false,
    agent: context.caller.agent,
    fundable: isFundable(context, policy, payer),
  };
  const against = (spec: VmSpec, ttlSeconds: number): Against | null => {
    if (fitting(spec).length === 0) return { words: 'no node has room', why: 'No node in reach has room for it at the moment.' };
    const rate = ratePerSecond(spec, prices);
    const ceilings = { maxHourlyCredits: null, maxTotalCredits: null };
    const subject = { account, spec, rate: rate.toFixed(18), ttlSeconds, task: context.caller.task, ...ceilings };
    const { verdict, failing } = judgeCreate(ledger, { ...given, subject });
    // what an approval answers comes with the others where it is not all
    const open = failing.filter(({ code }) => code !== 'APPROVAL_NEEDED');
    return verdict !== 'deny' ? null : { words: inShort(open[0]!), why: open.map(({ message }) => message).join(' ') };
  };
  return { now, limits: policy.limits, approver: policy.approver, prices, images, survey, figures, fitting, against };
};

export const rulesOf = ({ minVersion, source }: Survey): FitRules => ({ minVersion, unasked: source === 'registry' });

export const ratePerSecond = (spec: VmSpec, prices: PriceTable): Decimal => new Exact(specRate(spec, prices));

export const specOf = ({ prices }: Pick<Shop, 'prices'>, { cu, gpus, image }: Chosen): VmSpec => ({
  ...productSize(gpus.length === 0 ? { computeUnits: cu } : {}, { gpus, confidential: false }, prices, image.minDiskMib),
  image: image.slug,
  imageHash: image.hash,
  gpus,
});

/** A check that failed, as it fits beside a choice. */
const inShort = ({ code, figure, limit }: JudgedCheck): string => {
  switch (code) {
    case 'SIZE_LIMIT':
      return `policy: at most ${limit} CU`;
    case 'TTL_TOO_LONG':
      return `policy: at most ${formatDuration(Number(limit))}`;
    case 'BURN_LIMIT':
      return `policy: ${limit} USD/h in all`;
    case 'DAY_LIMIT':
      return `policy: ${limit} USD a day`;
    case 'TOTAL_LIMIT':
      return `policy: ${limit} USD in all`;
    case 'TASK_LIMIT':
      return `budget of the task: ${limit} USD`;
    case 'BALANCE_GUARD':
      return `leaves ${figure} USD, not ${limit}`;
    case 'CREDIT_RESERVE_SHORT':
      return `needs ${figure} USD in the account`;
    default:
      return 'refused';
  }
};
