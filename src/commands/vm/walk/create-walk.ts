import type { Choice, Question, Walk } from '../../../contract/declare/question.ts';
import { unitWords } from '../../../domain/money/compute-unit.ts';
import { Exact } from '../../../domain/money/exact.ts';
import { gibText } from '../../../domain/money/mib.ts';
import { creditsOver, fixedUsd, usd, usdPerHour } from '../../../domain/money/money.ts';
import { gpuTier, isSpecial } from '../../../domain/money/product-price.ts';
import { nodeNameCell } from '../../../domain/nodes/node-name.ts';
import { countryOf } from '../../../domain/nodes/node-region.ts';
import { candidates } from '../../../domain/nodes/ranking.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { runwaySeconds } from '../../../lifecycle/account/runway.ts';
import type { SurveyedNode } from '../../../lifecycle/nodes/survey-nodes.ts';
import type { ReadContext } from '../../../ports/context.ts';
import { type Against, type Chosen, openShop, ratePerSecond, rulesOf, type Shop, specOf } from './shop.ts';

const month = 30 * 86_400;
const nodesShown = 6;
const lifetimes = [3600, 2 * 3600, 4 * 3600, 8 * 3600, 12 * 3600, 24 * 3600, 7 * 86_400];

/**
 * Size, image, node and lifetime, one after the other, with the price beside every choice, and the reason beside what cannot be had. Where
 * nothing can be had, nothing is asked: the same call without answers is refused, with every reason. Reads only.
 */
export async function* createWalk(context: ReadContext): Walk {
  const shop = await openShop(context);
  const chosen: Chosen = { cu: 1, gpus: [], image: usualImage(shop), ttlSeconds: shop.limits.defaultTtlSeconds };
  const sizes = sizesOf(shop, chosen);
  if (sizes.choices.every(({ unavailable }) => unavailable !== undefined)) return;
  const { cu, gpu } = (yield sizes).gives;
  Object.assign(chosen, gpu === undefined ? { cu: Number(cu) } : { gpus: [gpu] });
  const { image } = (yield imagesOf(shop, chosen)).gives;
  chosen.image = shop.images.find(({ slug }) => slug === image) ?? chosen.image;
  yield nodesOf(shop, chosen, context.random.fraction);
  yield timesOf(shop, chosen);
}

const usualImage = ({ images }: Shop): Chosen['image'] => images.find(({ slug }) => slug === 'debian12') ?? images[0]!;

const offeredTimes = ({ limits: { defaultTtlSeconds, maxTtlSeconds } }: Shop): number[] =>
  [...new Set([...lifetimes, defaultTtlSeconds])].filter((ttl) => ttl <= maxTtlSeconds).sort((a, b) => a - b);

/** What a choice costs until it expires is the last figure to go. */
const sparedPrices = ['IN 30D', 'USD/H'];

const priceHead = (ttlSeconds: number): string[] => ['USD/H', `IN ${formatDuration(ttlSeconds).toUpperCase()}`, 'IN 30D'];

/** Per hour, until expiry and in 30 days; and what the whole account then burns, for how long. */
const priced = (shop: Shop, chosen: Chosen): { cells: string[]; about: string } => {
  const { limits, approver, figures } = shop;
  const whose = approver === null ? 'your approval' : "your approver's signature";
  const spec = specOf(shop, chosen);
  const rate = ratePerSecond(spec, shop.prices);
  const whole = creditsOver(rate, chosen.ttlSeconds);
  const perSecond = new Exact(figures.burn.perSecond).plus(rate);
  const lasts = runwaySeconds(figures.balance, { ...figures.burn, perSecond }, shop.now) ?? 0;
  const asks = isSpecial(spec)
    ? ` A GPU always needs ${whose}.`
    : whole > limits.askAboveCredits
      ? ` Above ${usd(limits.askAboveCredits)} USD it needs ${whose}.`
      : '';
  return {
    cells: [usdPerHour(rate), fixedUsd(whole, 4), fixedUsd(creditsOver(rate, month), 2)],
    about: `All VMs then cost ${usdPerHour(perSecond)} USD/h; the credits would last ${formatDuration(lasts - (lasts % 3600))}.${asks}`,
  };
};

/** A choice with its price, or with the reason why it cannot be had. */
const offered = (shop: Shop, wanted: Chosen, against: Against | null, { cells, gives }: Pick<Choice, 'cells' | 'gives'>): Choice => {
  if (against !== null) return { cells, gives, unavailable: against.words, about: against.why };
  const price = priced(shop, wanted);
  return { cells: [...cells, ...price.cells], gives, about: price.about };
};

/** The place of the choice that is highlighted first: the usual one, or the first that can be had. */
const startAt = (choices: readonly Choice[], usual: number): number =>
  choices[usual]?.unavailable === undefined
    ? Math.max(0, usual)
    : Math.max(
        0,
        choices.findIndex(({ unavailable }) => unavailable === undefined),
      );

/** A choice before the lifetime is known: out of reach where even the shortest is refused. */
const offeredForNow = (shop: Shop, wanted: Chosen, shown: Pick<Choice, 'cells' | 'gives'>): Choice => {
  const spec = specOf(shop, wanted);
  const [shortest = wanted.ttlSeconds] = offeredTimes(shop);
  const choice = offered(shop, wanted, shop.against(spec, Math.min(shortest, wanted.ttlSeconds)), shown);
  const usual = choice.unavailable === undefined ? shop.against(spec, wanted.ttlSeconds) : null;
  if (usual === null) return choice;
  return { ...choice, about: `Only for less than ${formatDuration(wanted.ttlSeconds)}. ${usual.why}` };
};

/** Compute units on offer, and each GPU that some node has free. */
const sizesOf = (shop: Shop, chosen: Chosen): Question => {
  const choice = (name: string, gives: Choice['gives'], wanted: Chosen): Choice =>
    offeredForNow(shop, wanted, { cells: [name, unitWords(specOf(shop, wanted))], gives });
  const choices = [
    ...shop.prices.tiers.map(({ computeUnits: cu }) => choice(`${cu} CU`, { cu: String(cu) }, { ...chosen, cu })),
    ...freeModels(shop).map((gpu) => choice(gpu, { gpu }, { ...chosen, gpus: [gpu] })),
  ];
  return {
    message: 'How large?',
    head: ['SIZE', '', ...priceHead(chosen.ttlSeconds)],
    goFirst: sparedPrices,
    choices,
    start: startAt(choices, 0),
  };
};

const freeModels = ({ prices, survey }: Shop): string[] => {
  if (prices.gpuStandard === null || prices.gpuPremium === null) return [];
  const free = new Set(survey.nodes.flatMap(({ gpus }) => gpus.map(({ untrustedModel }) => untrustedModel.toUpperCase())));
  const models = [...prices.gpuStandard.tiers, ...prices.gpuPremium.tiers].map(({ model }) => model);
  return models.filter((model) => free.has(gpuTier(model, prices).model.toUpperCase()));
};

const imagesOf = (shop: Shop, chosen: Chosen): Question => {
  const choices = shop.images.map((image) => {
    const cells = [image.slug, image.pinned ? 'pinned here' : "the network's"];
    return offeredForNow(shop, { ...chosen, image }, { cells, gives: { image: image.slug } });
  });
  const usual = shop.images.findIndex(({ slug }) => slug === 'debian12');
  const head = ['IMAGE', '', ...priceHead(chosen.ttlSeconds)];
  return { message: 'Which image?', head, goFirst: [...sparedPrices, ''], choices, start: startAt(choices, usual) };
};

/** Some of the best by the list; each is asked itself before anything is paid. */
const nodesOf = (shop: Shop, chosen: Chosen, fraction: () => number): Question => {
  const spec = specOf(shop, chosen);
  const best = candidates(shop.fitting(spec), spec, fraction, { ...rulesOf(shop.survey), count: nodesShown });
  const usdHour = usdPerHour(ratePerSecond(spec, shop.prices));
  const isPlaced = best.some(({ region }) => region !== null);
  const cellsOf = ({ hash, untrustedName, region, score, memoryFreeMib }: SurveyedNode): string[] => [
    shortId(hash),
    nodeNameCell(untrustedName),
    ...(isPlaced ? [region === null ? '' : countryOf(region)] : []),
    score.toFixed(2),
    memoryFreeMib === null ? '' : gibText(memoryFreeMib),
  ];
  const aboutOf = ({ region }: SurveyedNode): string =>
    region === null ? `It costs ${usdHour} USD/h here as everywhere.` : `Its address ends in .${region}, which nobody checks.`;
  return {
    message: 'On which node?',
    head: ['NODE', 'NAME', ...(isPlaced ? ['COUNTRY'] : []), 'SCORE', 'FREE MEMORY'],
    choices: [
      {
        cells: ['auto', 'one of the best that answer'],
        about: `Every node costs the same, ${usdHour} USD/h. If one fails, the next is tried.`,
        gives: { crn: 'auto' },
      },
      ...best
        .sort((a, b) => b.score - a.score)
        .map((node) => ({ cells: cellsOf(node), about: aboutOf(node), gives: { crn: shortId(node.hash) } })),
    ],
    start: 0,
  };
};

const timesOf = (shop: Shop, chosen: Chosen): Question => {
  const times = offeredTimes(shop);
  const choices = times.map((ttlSeconds) => {
    const ends = `${formatInstant(shop.now + ttlSeconds * 1000)
      .slice(0, 16)
      .replace('T', ' ')} UTC`;
    const wanted = { ...chosen, ttlSeconds };
    const shown = { cells: [formatDuration(ttlSeconds), ends], gives: { ttl: formatDuration(ttlSeconds) } };
    return offered(shop, wanted, shop.against(specOf(shop, wanted), ttlSeconds), shown);
  });
  return {
    message: 'For how long?',
    head: ['LIFETIME', 'ENDS ABOUT', 'USD/H', 'IN ALL', 'IN 30D'],
    goFirst: [...sparedPrices, 'ENDS ABOUT'],
    choices,
    start: startAt(choices, times.indexOf(shop.limits.defaultTtlSeconds)),
  };
};
