import { Failure } from '../../domain/failure/failure.ts';
import { checkWords, type Finding } from '../../domain/failure/finding.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { brokenKeys, examineAuthority, noKey } from './examine-authority.ts';
import { examineGrants } from './examine-grants.ts';
import { examineLedger, examineVms } from './examine-ledger.ts';
import { examineMachine, examineSettings } from './examine-machine.ts';
import { examineClock, examineLimits, examineLineage, examineReserve, examineStrays } from './examine-network.ts';
import { examineTimer } from './examine-timer.ts';

/** Failures that say a source did not answer: they show no trouble of this machine, so doctor warns and does not fail. */
const unasked: ReadonlySet<string> = new Set([
  'NETWORK_UNAVAILABLE',
  'NETWORK_ANSWER_INVALID',
  'BALANCE_UNREADABLE',
  'GRANTS_UNREADABLE',
  'DEVNET_NOT_RUNNING',
  'LEDGER_BUSY',
]);

/**
 * Runs all examinations of doctor and returns their findings in doctor's order. A source that does not answer, or cannot be read, becomes a
 * finding; only `INTERRUPTED` and bugs are thrown.
 */
export const diagnose = async (context: ReadContext): Promise<Finding[]> => {
  const ofAccount = (check: string, look: (account: string) => Promise<Finding[]>): Promise<Finding[]> =>
    examined(check, async () => {
      const account = accountOrNone(context);
      return account === null ? [] : look(account);
    });
  const findings = await Promise.all([
    examined('machine', () => examineMachine(context)),
    examined('settings', () => examineSettings(context)),
    examined('key', async () => brokenKeys(context)),
    examined('key', async () => {
      const account = accountInUse(context);
      return account === null ? [noKey(context.network)] : examineAuthority(context, account);
    }),
    examined('ledger', () => examineLedger(context)),
    examined('vms', () => examineVms(context)),
    examined('clock', () => examineClock(context)),
    ofAccount('timer', (account) => examineTimer(context, account)),
    ofAccount('lineage', (account) => examineLineage(context, account)),
    ofAccount('reserve', (account) => examineReserve(context, account)),
    ofAccount('strays', (account) => examineStrays(context, account)),
    ofAccount('limits', (account) => examineLimits(context, account)),
    ofAccount('grants', (account) => examineGrants(context, account)),
  ]);
  return findings.flat();
};

/**
 * Returns the account in use, or null where there is no key or its choice fails: the `key` examination reports that, so the others skip it.
 */
const accountOrNone = (context: ReadContext): string | null => {
  try {
    return accountInUse(context);
  } catch (problem) {
    if (problem instanceof Failure) return null;
    throw problem;
  }
};

const examined = async (check: string, look: () => Promise<Finding[]>): Promise<Finding[]> => {
  try {
    return await look();
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code === 'INTERRUPTED') throw problem;
    const { code, message, details } = problem;
    if (unasked.has(code))
      return [
        {
          check,
          level: 'warn',
          says: `Could not check ${checkWords(check)}: ${message}`,
          fix: details.fix ?? human('Try again when it answers.'),
        },
      ];
    return [{ check, level: 'fail', says: `${code}: ${message}`, fix: details.fix ?? human('Mend it, then run doctor again.') }];
  }
};
