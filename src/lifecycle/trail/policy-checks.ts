import { standingChecks } from '../../domain/judge/standing-checks.ts';
import type { JudgedCheck } from '../../domain/limits/judged-check.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { publishedChecks } from './check-approver.ts';

/** Checks that the account's policy can be relied on for money that leaves the account for good; empty where it can. A freeze stops VMs alone. */
export const policyChecks = async (context: ReadContext, account: string): Promise<JudgedCheck[]> => {
  const [policy, cloud] = await Promise.all([readPolicy(context, account), context.cloud()]);
  return [...standingChecks({ ...policy, frozenSince: null }), ...publishedChecks(policy, await cloud.accounts.journal(account))];
};
