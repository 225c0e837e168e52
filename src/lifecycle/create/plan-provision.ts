import type { Decimal } from 'decimal.js';
import { guestTimerUpToSeconds } from '../../domain/ending/enforcer.ts';
import type { NodeRef, VmSpec } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { gpuTier, productSize, specRate } from '../../domain/money/product-price.ts';
import type { GpuCard } from '../../domain/nodes/gpu-card.ts';
import type { CreateWish } from '../../domain/plan/create-wish.ts';
import type { ProvisionSubject, ReplaySubject } from '../../domain/plan/kinds/provision.ts';
import { makeFreePlan, makePlan } from '../../domain/plan/make-plan.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { randomName } from '../../domain/text/names.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Image } from '../../ports/network/messages.ts';
import type { PriceTable } from '../../ports/network/prices.ts';
import { keepFigures, trailLength } from '../account/plan-figures.ts';
import { readFigures } from '../account/read-figures.ts';
import { envelopeFor, orderOf } from '../approvals/envelopes.ts';
import { boundOperation } from '../caller/bound-operation.ts';
import { liveNamesake } from '../caller/live-namesake.ts';
import { isFundable, missingOf } from '../funding/is-fundable.ts';
import { chooseNodes, rankNodes } from '../nodes/choose-nodes.ts';
import { surveyNodes } from '../nodes/survey-nodes.ts';
import type { Parties } from '../operation/grant-of.ts';
import { payerOf } from '../operation/payer-of.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { inProject } from '../policy/in-project.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { isGuarded, requireOwnRoots } from '../policy/require-own-roots.ts';
import { findImage, requireImage } from './find-image.ts';
import { judgeCreate } from './judge-create.ts';
import { sshKeyLine } from './read-ssh-key.ts';
import { requireFree } from './require-free.ts';

export interface ProvisionRequest extends CreateWish {
  sshKeyFile: string | undefined;
  /** Public keys, given instead of a file or of our own key. */
  sshKeys?: readonly string[];
  ifExists: 'fail' | 'return';
  /** Who is to pay, whatever the caller says: a VM that is made in another's place is paid as that one was. */
  payer?: string;
}

/** An agent's own key stands beside the safe's, by which the VM's timer is armed. */
const agentsKey = ({ caller: { sshKey } }: ReadContext): string[] => (sshKey === null ? [] : [sshKey]);

/** Plans a create: size, price, nodes, reserve and every check of the policy. Reads only; whatever cannot be read refuses. */
export const planProvision = async (
  context: ReadContext,
  request: ProvisionRequest,
): Promise<Plan<'vm create'> | FreePlan<ReplaySubject>> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  const name = request.name ?? randomName(context.random.bytes(4), context.caller.namePrefix);
  const identity = { account, name, requestId: request.requestId, argumentsDigest: request.argumentsDigest };
  const payer = request.payer ?? (await payerOf(context, account));
  const replay =
    boundOperation(ledger, context, 'vm create', identity) ??
    (request.ifExists === 'return' ? (liveNamesake(ledger, context, name)?.operation ?? null) : null);
  if (replay !== null) return replayPlan(context, { account, payer }, replay);
  requireFree(ledger, context, identity);
  const walked = ledger.walkAhead();

  const cloud = await context.cloud();
  const policy = inProject(await readPolicy(context, account), context);
  requireOwnRoots(context, policy);
  const ttlSeconds = request.ttlSeconds ?? policy.limits.defaultTtlSeconds;
  const rows = trailLength(ledger);
  const [prices, image, figures, sshKeys, survey, devices] = await Promise.all([
    cloud.prices.table(),
    findImage(cloud, request.image),
    readFigures(context, { account, payer }, policy.authorisedAt),
    request.sshKeys ?? sshKeyLine(context, account, request.sshKeyFile).then((line) => [line, ...agentsKey(context)]),
    surveyNodes(context),
    request.extras.gpus.length === 0 ? [] : cloud.prices.gpuDevices(),
    requireClock(context),
  ]);
  const spec = specOf(request, image, prices);
  const call = { account, argumentsDigest: request.argumentsDigest };
  const delegated = payer !== account;
  const wish = { crn: request.crn, need: spec, acceptTerms: request.acceptTerms, devices, call, delegated };
  const ranked = rankNodes(context, survey, wish);
  const quote = (node: NodeRef, gpus?: readonly GpuCard[]): Promise<Decimal> =>
    cloud.prices.quote({ owner: payer, spec, node, gpus }, prices);
  // Which node it is makes no difference to the price, only which cards it has: what needs none is priced while nodes are asked.
  const [likely] = spec.gpus === undefined ? ranked : [];
  const [chosen, early] = await Promise.all([
    chooseNodes(context, survey, wish, ranked),
    likely === undefined ? null : quote(likely),
    requireImage(cloud, image),
    walked,
  ]);
  const [node] = chosen.nodes;
  const quoted = early ?? (await quote(node!, chosen.gpus[node!.hash]));
  const listed = specRate(spec, prices);
  const rate = new Exact(quoted).gt(listed) ? quoted : listed;
  const subject: ProvisionSubject = {
    account,
    payer,
    name,
    task: request.task,
    spec,
    nodes: chosen.nodes,
    acceptedTerms: chosen.acceptedTerms,
    gpus: chosen.gpus,
    ttlSeconds,
    rate: new Exact(rate).toFixed(18),
    sshKeys: [...sshKeys],
    guestTimer: request.guestTimer ?? ttlSeconds <= guestTimerUpToSeconds,
    ...(request.setup === null ? {} : { setup: request.setup }),
    requestId: request.requestId,
    argumentsDigest: request.argumentsDigest,
    maxHourlyCredits: request.maxHourly?.toString() ?? null,
    maxTotalCredits: request.maxTotal?.toString() ?? null,
    replay: null,
  };
  const now = context.clock.now();
  const given = {
    network: context.network,
    policy,
    subject,
    figures,
    now,
    agent: context.caller.agent,
    guarded: isGuarded(context, policy),
    approved: false,
    fundable: isFundable(context, policy, payer),
  };
  const asked = judgeCreate(ledger, { ...given, enveloped: false });
  const envelope = asked.verdict === 'approve' ? envelopeFor(context, ledger, policy, { ...orderOf(subject), id: null }) : null;
  subject.envelope = envelope?.id ?? null;
  const judged = envelope === null ? asked : judgeCreate(ledger, { ...given, enveloped: true });
  const terms = {
    network: context.network,
    account,
    payer,
    action: 'vm create',
    arguments: request.argumentsDigest,
    spec,
    nodes: chosen.nodes.map(({ hash }) => hash),
    why: chosen.why,
    acceptedTerms: chosen.acceptedTerms,
    gpus: chosen.gpus,
    ttlSeconds,
    creditsPerSecond: subject.rate,
    sshKeys: subject.sshKeys,
    guestTimer: subject.guestTimer,
    ...(request.setup === null ? {} : { setup: request.setup }),
    policyVersion: policy.version,
  };
  const notes = [
    ...(subject.guestTimer ? ['A timer inside the VM destroys it at expiry. Anyone who can read its disk could trigger that early.'] : []),
    ...(delegated ? delegatedNotes(payer, chosen.ownerOnly) : []),
  ];
  keepFigures({ terms }, figures, rows);
  return makePlan(now, {
    action: 'vm create',
    terms,
    subject,
    verdict: judged.verdict,
    failing: judged.failing,
    checks: judged.checks,
    cost: judged.cost,
    ...missingOf(judged),
    choice: { crns: chosen.nodes.map(({ hash }) => shortId(hash)), why: chosen.why },
    ...(notes.length === 0 ? {} : { notes }),
    summary: `Create ${name}: ${sizeWords(spec)}, for ${formatDuration(ttlSeconds)}, at most ${judged.cost.mostUsd} USD${delegated ? ` of ${payer}` : ''}${envelope === null ? '' : `, of envelope ${envelope.id}`}`,
  });
};

/** Returns the VM's spec in the network's terms; a GPU goes by the name under which the network prices it. */
const specOf = ({ size, extras }: ProvisionRequest, image: Image, prices: PriceTable): VmSpec => {
  const gpus = extras.gpus.map((model) => gpuTier(model, prices).model);
  return {
    ...productSize(size, { ...extras, gpus }, prices, image.minDiskMib),
    image: image.slug,
    imageHash: image.hash,
    ...(gpus.length === 0 ? {} : { gpus }),
    ...(extras.confidential ? { confidential: true } : {}),
  };
};

const sizeWords = ({ vcpus, memoryMib, gpus = [], confidential }: VmSpec): string =>
  [`${vcpus} vCPU`, `${memoryMib} MiB`, ...gpus, ...(confidential ? ['confidential'] : [])].join(', ');

/** What is different where another account pays (protocol-ccn.md §4.2, protocol-crn.md §3.5). `ownerOnly`: planned nodes that take no call of ours. */
const delegatedNotes = (payer: string, ownerOnly: readonly NodeRef[]): string[] => [
  `It costs ${payer}, and its timers end it only while that account's grant stands: after a revoke nobody but its owner ends it.`,
  ...(ownerOnly.length === 0
    ? []
    : [
        `${ownerOnly.map(({ hash }) => shortId(hash)).join(', ')}: older than 1.9, so the node takes calls of ${payer} alone: vm stop, reboot and logs do not work, and vm destroy leaves the disk there until the operator cleans up.`,
      ]),
];

/** The plan for a request that was made before: it spends nothing, and the operation's present state is the answer. */
const replayPlan = (context: ReadContext, parties: Parties, operation: string): FreePlan<ReplaySubject> => {
  const terms = { network: context.network, ...parties, action: 'vm create', replay: operation };
  return makeFreePlan(context.clock.now(), {
    action: 'vm create',
    terms,
    subject: { replay: operation },
    summary: `Go on with operation ${operation}`,
  });
};
