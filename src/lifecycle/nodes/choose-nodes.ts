import { Failure } from '../../domain/failure/failure.ts';
import type { NodeRef } from '../../domain/ledger/vm-record.ts';
import { cardsFor, type GpuCard, type GpuDevice } from '../../domain/nodes/gpu-card.ts';
import { barred, type FitRules, misfits, type Need } from '../../domain/nodes/node-fit.ts';
import { isOlder } from '../../domain/nodes/node-version.ts';
import { candidates, draw, leading, ruledOut } from '../../domain/nodes/ranking.ts';
import { takesDelegates } from '../../domain/nodes/takes-delegates.ts';
import { takesTerms } from '../../domain/nodes/takes-terms.ts';
import { unfitWords } from '../../domain/nodes/unfit-words.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { NodeProbe } from '../../ports/network/nodes.ts';
import { findNode } from './find-node.ts';
import { type Call, namedNodes, nameNodes } from './named-nodes.ts';
import { probeAtMost, probeNodes } from './probe-nodes.ts';
import type { Survey, SurveyedNode } from './survey-nodes.ts';

/**
 * How many nodes a plan names. Only one attempt is alive at a time: the next node's turn comes when the one before is proven gone
 * (conventions.md §4.3).
 */
const planned = 3;

export interface ChosenNodes {
  nodes: NodeRef[];
  /** Why the first node was chosen, in figures. */
  why: string;
  /** By node hash: the item hash of the terms that were accepted. */
  acceptedTerms: Record<string, string>;
  /** By node hash: the free cards for the VM, one for each GPU model that it needs. */
  gpus: Record<string, GpuCard[]>;
  /** Nodes among them that take calls on the VM from its payer alone; none where the account pays itself. */
  ownerOnly: NodeRef[];
}

interface Asked {
  node: SurveyedNode;
  probe: NodeProbe | undefined;
  /** The node's address and hash as two CCN hosts have them; null where they do not agree. */
  confirmed: NodeRef | null;
  /** The free cards for the need, by the node's own answer; null where it lacks one. */
  cards: GpuCard[] | null;
  /** Why the node will not do, as a phrase that follows "the node"; null: it will do. */
  against: string | null;
}

export interface NodeWish {
  crn: string;
  need: Need;
  acceptTerms: boolean;
  devices?: readonly GpuDevice[];
  call: Call;
  /** Another account pays: nodes that take this one's calls come first. */
  delegated: boolean;
}

/**
 * Ranks the nodes that are worth asking, the likeliest first, by what the survey knows of them: nobody is asked here. The same call made again
 * within ten minutes begins with the nodes that its plan named. `NODE_NOT_FOUND`, `AMBIGUOUS_ID`.
 */
export const rankNodes = (context: ReadContext, survey: Survey, { crn, need, acceptTerms, call }: NodeWish): SurveyedNode[] => {
  if (crn !== 'auto') return [findNode(crn, survey.nodes)];
  const able = survey.nodes.filter(({ reached }) => reached !== false);
  const before = namedNodes(context, call);
  const named = before.flatMap((hash) => able.find((node) => node.hash === hash) ?? []);
  const others = able.filter(({ hash }) => !before.includes(hash));
  const chance = () => context.random.fraction();
  return [...named, ...candidates(others, need, chance, { ...rulesOf(survey, acceptTerms), count: probeAtMost - named.length })];
};

const rulesOf = ({ minVersion, source }: Survey, acceptTerms: boolean): FitRules => ({
  acceptTerms,
  minVersion,
  unasked: source === 'registry',
});

/**
 * Chooses the nodes that a plan names, in order, among those that were ranked. They are asked right before paying; some of those that will do
 * are drawn at random by weight, with address and hash confirmed by two CCN hosts. The same call made again within ten minutes gets the nodes
 * that its plan named, while they will do. One round of requests. `NODE_UNAVAILABLE` when none will do.
 */
export const chooseNodes = async (
  context: ReadContext,
  survey: Survey,
  { crn, need, acceptTerms, devices = [], call, delegated }: NodeWish,
  ranked: readonly SurveyedNode[],
): Promise<ChosenNodes> => {
  const auto = crn === 'auto';
  const rules = rulesOf(survey, acceptTerms);
  const chance = () => context.random.fraction();
  const before = auto ? namedNodes(context, call) : [];
  const asked = await ask(context, ranked, { need, rules, devices, words: survey.words });
  const fitting = asked.filter(({ against }) => against === null);
  const ours = fitting.filter(({ probe }) => !delegated || takesDelegates(probe?.version ?? null));
  const willing = ours.length === 0 ? fitting : ours;
  if (willing.length === 0) throw unavailable(asked, survey, need, rules, auto);
  const again = willing.filter(({ node }) => before.includes(node.hash));
  const fresh = willing.filter(({ node }) => !before.includes(node.hash)).map(weighed);
  const drawn = auto ? [...again, ...draw(leading(fresh, planned), planned - again.length, chance).map(({ asked }) => asked)] : willing;
  if (auto)
    nameNodes(
      context,
      call,
      drawn.map(({ node }) => node.hash),
    );
  return {
    nodes: drawn.map(({ confirmed }) => confirmed!),
    why: `${auto ? `drawn by chance, better ones more often, from ${willing.length} suitable nodes (${survey.nodes.length} known)` : 'named by you'}: ${figures(drawn[0]!)}${auto && acceptTerms ? leftOut(survey, need) : ''}`,
    acceptedTerms: Object.fromEntries(drawn.flatMap(({ node }) => (node.terms === null ? [] : [[node.hash, node.terms]]))),
    ownerOnly: ours.length === 0 ? drawn.map(({ confirmed }) => confirmed!) : [],
    gpus: Object.fromEntries(drawn.flatMap(({ node, cards }) => (cards === null || cards.length === 0 ? [] : [[node.hash, cards]]))),
  };
};

const ask = async (
  context: ReadContext,
  nodes: readonly SurveyedNode[],
  { need, rules, devices, words }: { need: Need; rules: FitRules; devices: readonly GpuDevice[]; words: Survey['words'] },
): Promise<Asked[]> => {
  const cloud = await context.cloud();
  const [probes, confirmed] = await Promise.all([
    probeNodes(context, nodes, words),
    Promise.all(nodes.map(({ hash }) => cloud.nodes.confirmNode(hash))),
  ]);
  return nodes.map((node, index) => {
    const probe = probes.get(node.hash);
    const ref = confirmed[index] ?? null;
    const cards = cardsFor(need.gpus ?? [], probe?.gpus ?? [], devices);
    const against =
      objection(node, probe, need, rules) ??
      (cards === null ? unfitWords(['noGpu']) : ref === null ? 'has no address on which two CCN hosts agree' : null);
    return { node, probe, confirmed: ref, cards, against };
  });
};

const objection = (node: SurveyedNode, probe: NodeProbe | undefined, need: Need, rules: FitRules): string | null => {
  const never = barred(need, node, rules);
  if (never.length > 0) return unfitWords(never);
  if (probe === undefined) return 'does not answer';
  if (probe.problem !== null) return probe.problem.replace(/^it /, '');
  if (!probe.reachable || !probe.identityConfirmed) return 'does not say who it is';
  if (isOlder(probe.version, rules.minVersion ?? null) === true) return unfitWords(['oldVersion']);
  if (node.terms !== null && takesTerms(probe.version, need) !== true) return unfitWords(['termsVersion']);
  if (need.confidential === true && probe.confidential !== true) return unfitWords(['notConfidential']);
  const short = misfits(need, probe);
  return short.length > 0 ? unfitWords(short) : null;
};

/** Puts the node's own figures in the place of the list's, for the final draw. */
const weighed = (asked: Asked) => ({
  ...asked.node,
  memoryFreeMib: asked.probe?.memoryFreeMib ?? null,
  memoryTotalMib: asked.probe?.memoryTotalMib ?? null,
  roundTripMs: asked.probe?.roundTripMs ?? null,
  asked,
});

const figures = ({ node, probe }: Asked): string =>
  [
    `score ${node.score.toFixed(2)}`,
    `${Math.floor((probe?.memoryFreeMib ?? 0) / 1024)} GiB free`,
    `${probe?.roundTripMs ?? '?'} ms`,
    node.history.boots + node.history.failures === 0
      ? 'not used by you before'
      : `booted ${node.history.boots} VM${node.history.boots === 1 ? '' : 's'} of yours, failed ${node.history.failures}`,
  ].join(', ');

/** Terms that were accepted are of no use at nodes whose version does not take them. */
const leftOut = ({ nodes }: Survey, need: Need): string => {
  const count = nodes.filter(({ terms, version }) => terms !== null && takesTerms(version, need) === false).length;
  return count === 0 ? '' : `; ${count} with terms left out: below version 2.0 a node takes no VM paid by credits with them`;
};

const unavailable = (asked: readonly Asked[], survey: Survey, need: Need, rules: FitRules, auto: boolean): Failure => {
  const counts = ruledOut(survey.nodes, need, rules);
  const nodes = asked.map(({ node, against }) => ({ crn: shortId(node.hash), problem: against }));
  const reasons = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
  const none = `None of the ${survey.nodes.length} CRNs in the list will do for this VM (${reasons.join(', ')}).`;
  const busy = `None of the ${asked.length} best CRNs can take the VM now.`;
  const message = auto ? (asked.length === 0 ? none : busy) : `CRN ${nodes[0]?.crn} cannot take the VM: it ${nodes[0]?.problem}.`;
  const refused = unfitWords(['terms']);
  const terms = auto ? counts.terms !== undefined : asked.some(({ against }) => against?.includes(refused));
  const hint = terms ? ' Nodes with terms and conditions are taken with --accept-terms.' : '';
  return new Failure('NODE_UNAVAILABLE', message, {
    sideEffects: 'none',
    facts: { nodes, ...(auto ? { ruledOut: counts } : {}), ...(survey.stale ? { listStale: true } : {}) },
    fix: agent(`Look for a node, take a smaller size, or try again later.${hint}`, 'crns ls'),
  });
};
