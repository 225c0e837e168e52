import type { TypedData } from '../../domain/approval/typed-data.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ReadContext } from '../../ports/context.ts';
import { type ApproveSubject, approvePlan, purposeOf } from './plan-approve.ts';
import type { CarriedRequest } from './read-request.ts';
import { requireAtMost } from './require-at-most.ts';

/** Fields that a sentence tells, and fields that only bind the signature to one plan; the request has every field. */
const toldOrBinding: ReadonlySet<string> = new Set([
  'what',
  'mostUsd',
  'network',
  'account',
  'payer',
  'issuedAt',
  'expiresAt',
  'agentSays',
  'action',
  'policyVersion',
  'plan',
  'approval',
  'nonce',
  'limitsHash',
  'previous',
]);

/** How much of what the other side says of a policy is shown: a change of every limit has room. */
const changesLength = 600;

/** Plans the signing of a request that somebody carried here from the agent's home. This home's ledger is not touched. */
export const planRequest = (
  context: ReadContext,
  { approval, data, changes }: CarriedRequest,
  expectMost: string | undefined,
): FreePlan<ApproveSubject> => {
  const { mostUsd, agentSays } = data.message;
  requireAtMost(mostUsd ?? '0', expectMost);
  return approvePlan(context, {
    subject: { how: 'request', approval, data },
    terms: { approval, message: data.message },
    checks: [],
    cost: null,
    summary: inWords(data),
    // a policy carries no words of the agent, so what it says of the change stands in their place
    ...(agentSays === undefined ? purposeOf(changes, changesLength) : purposeOf(agentSays)),
    consentPhrase: context.caller.person ? (mostUsd === undefined || mostUsd === '0' ? 'approve' : mostUsd) : null,
  });
};

/** What is signed, in sentences; then the figures that no sentence has. */
const inWords = ({ primaryType, message }: TypedData): string => {
  const { what = 'the limits of an account', mostUsd, account, payer, network, expiresAt } = message;
  const others = Object.entries(message).filter(([name]) => !toldOrBinding.has(name));
  return [
    `Sign ${primaryType}: ${what.replace(/\.$/, '')}.`,
    ...(mostUsd === undefined || mostUsd === '0' ? [] : [`It costs at most ${mostUsd} USD, which ${payer} pays.`]),
    `It is for account ${account} on ${network}. The signature is good until ${expiresAt}.`,
    ...others.map(([name, value]) => `  ${name}: ${value}`),
  ]
    .map((line) => (line.startsWith('  ') ? `  ${cleanUntrustedLine(line)}` : cleanUntrustedLine(line)))
    .join('\n');
};
