import { Failure } from '../../domain/failure/failure.ts';
import { type SecurityState, securityState } from '../../domain/grants/security-state.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { pollDelays } from './poll-delays.ts';

/** Hosts pass messages on within seconds. */
const agreeWithinMs = 15_000;

/**
 * The account's grants, from messages whose hash and signature verify and on which two CCN hosts (or the only one) agree.
 * `GRANTS_UNREADABLE` on any doubt: who writes over a list that was not read loses somebody's grant.
 */
export const readGrants = async (context: Pick<ReadContext, 'cloud' | 'clock' | 'signal'>, owner: string): Promise<SecurityState> => {
  const cloud = await context.cloud();
  const giveUpAt = context.clock.now() + agreeWithinMs;
  const delays = pollDelays();
  for (;;) {
    const state = securityState(await cloud.accounts.security(owner));
    if (!('doubt' in state)) return state;
    if (context.clock.now() >= giveUpAt) throw unreadable(owner, state.doubt);
    await context.clock.wait(delays(), context.signal);
  }
};

const unreadable = (owner: string, doubt: string): Failure =>
  new Failure('GRANTS_UNREADABLE', `The grants of ${owner} cannot be told: ${doubt}.`, {
    fix: agent('Look again in a few seconds.', 'authz ls'),
    facts: { owner },
  });
