import type { Choice, Question, Walk } from '../../contract/declare/question.ts';
import type { VmSpec } from '../../domain/ledger/vm-record.ts';
import type { Limits } from '../../domain/limits/limits.ts';
import { unitWords } from '../../domain/money/compute-unit.ts';
import { Exact } from '../../domain/money/exact.ts';
import { gibText } from '../../domain/money/mib.ts';
import { creditsOver, fixedUsd, usd, usdPerHour } from '../../domain/money/money.ts';
import { gpuTier, isSpecial, productSize, specRate } from '../../domain/money/product-price.ts';
import { candidates } from '../../domain/nodes/ranking.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { type Figures, readFigures } from '../../lifecycle/account/read-figures.ts';
import { runwaySeconds } from '../../lifecycle/account/runway.ts';
import { type Survey, type SurveyedNode, surveyNodes } from '../../lifecycle/nodes/survey-nodes.ts';
import { payerOf } from '../../lifecycle/operation/payer-of.ts';
import { inProject } from '../../lifecycle/policy/in-project.ts';
import { readPolicy } from '../../lifecycle/policy/policy-in-force.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Image } from '../../ports/network/messages.ts';
import type { PriceTable } from '../../ports/network/prices.ts';

const month = 30 * 86_400;
const nodesShown = 6;
const lifetimes = [3600, 2 * 3600, 4 * 3600, 8 * 3600, 12 * 3600, 24 * 3600, 7 * 86_400];

interface Shop {
  now: number;
  limits: Limits;
  prices: PriceTable;
  images: Image[];
  survey: Survey;
  figures: Figures;
}

/** What was chosen so far. */
interface Chosen {
  cu: number;
  gpus: readonly string[];
  image: Image;
  ttlSeconds: number;
}

/** Size, image, node and lifetime, one after the other, with the price beside every choice. Reads only. */
export async function* createWalk(context: ReadContext): Walk {
  const shop = await openShop(context);
  const chosen: Chosen = { cu: 1, gpus: [], image: shop.images[0]!, ttlSeconds: shop.limits.defaultTtlSeconds };
  const { cu, gpu } = (yield sizes(shop, chosen)).gives;
  Object.assign(chosen, gpu === undefined ? { cu: Number(cu) } : { gpus: [gpu] });
  const { image } = (yield images(shop, chosen)).gives;
  chosen.image = shop.images.find(({ slug }) => slug === image) ?? chosen.image;
  yield nodes(shop, chosen, context.random.fraction);
  yield times(shop, chosen);
}

const openShop = async (context: ReadContext): Promise<Shop> => {
  const { address: account } = context.keys.current(context.network);
  const cloud = await context.cloud();
  const { limits, authorisedAt } = inProject(await readPolicy(context, account), context);
  const [prices, images, survey, figures] = await Promise.all([
    cloud.prices.table(),
    cloud.messages.images(),
    surveyNodes(context),
    payerOf(context, account).then((payer) => readFigures(context, { account, payer }, authorisedAt)),
  ]);
  return { now: context.clock.now(), limits, prices, images, survey, figures };
};

const specOf = ({ prices }: Shop, { cu, gpus, image }: Chosen): VmSpec => ({
  ...productSize(gpus.length === 0 ? { computeUnits: cu } : {}, { gpus, confidential: false }, prices, image.minDiskMib),
  image: image.slug,
  imageHash: image.hash,
  gpus,
});

const priceHead = (ttlSeconds: number): string[] => ['USD/H', `IN ${formatDuration(ttlSeconds).toUpperCase()}`, 'IN 30 DAYS'];

/** Per hour, until expiry and in 30 days; and what the whole account then burns, for how long. */
const priced = (shop: Shop, chosen: Chosen): { cells: string[]; about: string } => {
  const { limits, figures } = shop;
  const spec = specOf(shop, chosen);
  const rate = specRate(spec, shop.prices);
  const whole = creditsOver(rate, chosen.ttlSeconds);
  const perSecond = new Exact(figures.burn.perSecond).plus(rate);
  const lasts = runwaySeconds(figures.balance, { ...figures.burn, perSecond }, shop.now) ?? 0;
  const asks = isSpecial(spec)
    ? ' A GPU always needs your approval.'
    : whole > limits.askAboveCredits
      ? ` Above ${usd(limits.askAboveCredits)} USD it needs your approval.`
      : '';
  return {
    cells: [usdPerHour(rate), fixedUsd(whole, 4), fixedUsd(creditsOver(rate, month), 2)],
    about: `All VMs then cost ${usdPerHour(perSecond)} USD/h; the credits would last ${formatDuration(lasts - (lasts % 3600))}.${asks}`,
  };
};

/** Compute units on offer, and each GPU that some node has free. */
const sizes = (shop: Shop, chosen: Chosen): Question => {
  const choice = (name: string, gives: Choice['gives'], wanted: Chosen): Choice => {
    const { vcpus, memoryMib, diskMib, computeUnits } = specOf(shop, wanted);
    const { cells, about } = priced(shop, wanted);
    const over = wanted.gpus.length === 0 && computeUnits > shop.limits.maxComputeUnits;
    return {
      cells: [name, unitWords({ vcpus, memoryMib, diskMib }), ...cells],
      about,
      gives,
      ...(over ? { unavailable: `The policy allows at most ${shop.limits.maxComputeUnits} compute units.` } : {}),
    };
  };
  return {
    message: 'How large?',
    head: ['SIZE', '', ...priceHead(chosen.ttlSeconds)],
    choices: [
      ...shop.prices.tiers.map(({ computeUnits: cu }) => choice(`${cu} CU`, { cu: String(cu) }, { ...chosen, cu })),
      ...freeModels(shop).map((gpu) => choice(gpu, { gpu }, { ...chosen, gpus: [gpu] })),
    ],
    start: 0,
  };
};

const freeModels = ({ prices, survey }: Shop): string[] => {
  if (prices.gpuStandard === null || prices.gpuPremium === null) return [];
  const free = new Set(survey.nodes.flatMap(({ gpus }) => gpus.map(({ untrustedModel }) => untrustedModel.toUpperCase())));
  const models = [...prices.gpuStandard.tiers, ...prices.gpuPremium.tiers].map(({ model }) => model);
  return models.filter((model) => free.has(gpuTier(model, prices).model.toUpperCase()));
};

const images = (shop: Shop, chosen: Chosen): Question => ({
  message: 'Which image?',
  head: ['IMAGE', '', ...priceHead(chosen.ttlSeconds)],
  choices: shop.images.map((image) => {
    const { cells, about } = priced(shop, { ...chosen, image });
    return { cells: [image.slug, image.pinned ? 'pinned here' : "the network's", ...cells], about, gives: { image: image.slug } };
  }),
  start: Math.max(
    0,
    shop.images.findIndex(({ slug }) => slug === 'debian12'),
  ),
});

/** Some of the best by the list; each is asked itself before anything is paid. */
const nodes = (shop: Shop, chosen: Chosen, fraction: () => number): Question => {
  const { survey } = shop;
  const { cells, about } = priced(shop, chosen);
  const able = survey.nodes.filter(({ reached }) => reached !== false);
  const best = candidates(able, specOf(shop, chosen), fraction, { minVersion: survey.minVersion, count: nodesShown });
  const what = ({ region, score, memoryFreeMib }: SurveyedNode): string =>
    [region, `score ${score.toFixed(2)}`, memoryFreeMib === null ? null : `${gibText(memoryFreeMib)} free`]
      .filter((part) => part !== null)
      .join(', ');
  return {
    message: 'On which node?',
    head: ['NODE', '', ...priceHead(chosen.ttlSeconds)],
    choices: [
      { cells: ['auto', 'among the best that answer', ...cells], about, gives: { crn: 'auto' } },
      ...best
        .sort((a, b) => b.score - a.score)
        .map((node) => ({ cells: [shortId(node.hash), what(node), ...cells], about, gives: { crn: shortId(node.hash) } })),
    ],
    start: 0,
  };
};

const times = (shop: Shop, chosen: Chosen): Question => {
  const { defaultTtlSeconds, maxTtlSeconds } = shop.limits;
  const offered = [...new Set([...lifetimes, defaultTtlSeconds])].filter((ttl) => ttl <= maxTtlSeconds).sort((a, b) => a - b);
  return {
    message: 'For how long?',
    head: ['LIFETIME', 'ENDS ABOUT', 'USD/H', 'IN ALL', 'IN 30 DAYS'],
    choices: offered.map((ttlSeconds) => {
      const { cells, about } = priced(shop, { ...chosen, ttlSeconds });
      const ends = `${formatInstant(shop.now + ttlSeconds * 1000)
        .slice(0, 16)
        .replace('T', ' ')} UTC`;
      return { cells: [formatDuration(ttlSeconds), ends, ...cells], about, gives: { ttl: formatDuration(ttlSeconds) } };
    }),
    start: Math.max(0, offered.indexOf(defaultTtlSeconds)),
  };
};
