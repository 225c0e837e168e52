import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { isClaimed } from '../../domain/ledger/adoption-record.ts';
import { usd } from '../../domain/money/money.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { counted } from '../../domain/text/counted.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { accountStanding } from '../account/account-standing.ts';
import { compareWithPolicy } from '../alerts/compare-with-policy.ts';
import { payerOf } from '../operation/payer-of.ts';
import { clockTrouble } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { publishedChecks } from '../trail/check-approver.ts';
import { checkAuditHead } from '../trail/check-audit-head.ts';
import { misrecorded } from '../trail/misrecorded.ts';
import { readRecord } from '../trail/public-record.ts';

const shortSeconds = 48 * 3600;

/** Compares the local clock with two CCN hosts and the ledger's newest row (product.md §1 rule 13). */
export const examineClock = async (context: ReadContext): Promise<Finding[]> => {
  const trouble = await clockTrouble(context);
  if (trouble === null) return [sound('clock', 'As two CCN hosts tell the time, and after all that the ledger has.')];
  return [found(trouble.certain ? 'fail' : 'warn', 'clock', trouble.says, human(trouble.mend))];
};

/** Examines whether the audit head that the account published last is this ledger's: only that ledger may spend. */
export const examineLineage = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const journals = await cloud.accounts.journal(account);
  const [unknown] = publishedChecks(await readPolicy(context, account), journals);
  if (unknown !== undefined)
    return [found('fail', 'lineage', unknown.message, unknown.fix ?? human('A person decides.', 'ledger take-over'))];
  const { ok, code, message } = checkAuditHead(ledger, { account, network: context.network }, journals);
  if (ok) return [sound('lineage', 'This ledger may spend from the account.')];
  if (code === 'BALANCE_UNREADABLE') return [found('warn', 'lineage', message, human('Try again when they answer.'))];
  const says = `${message} Nothing is spent.`;
  const anew = human('Move the ledger away: ledger reconcile rebuilds it, ledger take-over lets it spend.');
  return [found('fail', 'lineage', says, code === 'LEDGER_BROKEN' ? anew : human('A person decides.', 'ledger take-over'))];
};

/** Compares the balance with 24 h of the whole burn: below that the network removes VMs. */
export const examineReserve = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const payer = await payerOf(context, account);
  const { balance, reserve, committed, spendable, runwaySeconds } = await accountStanding(context, { account, payer });
  const needed = reserve + committed;
  const has = `${usd(balance.credits)} USD there`;
  const send = human(`Send ${usd(needed > balance.credits ? needed - balance.credits : 0n)} USD of credits or more to ${payer}.`);
  if (balance.credits < reserve) {
    return [found('fail', 'reserve', `24 h of burn are ${usd(reserve)} USD, ${has}: the network removes VMs.`, send)];
  }
  if (balance.credits === 0n) return [found('warn', 'reserve', 'The account holds nothing.', human(`Send credits to ${payer}.`))];
  if (balance.credits < needed || (runwaySeconds !== null && runwaySeconds < shortSeconds)) {
    return [found('warn', 'reserve', `24 h of burn and VMs until their expiry are ${usd(needed)} USD, ${has}.`, send)];
  }
  return [sound('reserve', `${usd(reserve)} USD for 24 h of burn, ${has}, ${usd(spendable)} for new VMs.`)];
};

/** Finds live VMs of the account that the ledger does not count as live: lost or revived ones of ours, and those that nobody claims. */
export const examineStrays = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const [listed, journals] = await Promise.all([cloud.messages.listSentBy(account), cloud.accounts.journal(account)]);
  const unknown = listed.filter(({ id }) => ledger.vm(id) === null);
  const ours = unknown.filter((vm) => isClaimed(vm, journals)).length;
  const contradicted = misrecorded(ledger, { account, network: context.network }, listed, context.clock.now());
  const [first, ...others] = unknown.filter((vm) => !isClaimed(vm, journals));
  if (contradicted.length > 0) {
    const says = contradicted.map(({ vm, says: row }) => `${vm.name} is live on the network, and ${row}`).join('; ');
    return [found('fail', 'strays', `${says}.`, agent('Put the rows right, and end what was given up.', 'gc', { execute: true }))];
  }
  if (ours > 0) {
    const says = `${counted(ours, 'VM')} of this account ${ours === 1 ? 'burns' : 'burn'} that the ledger does not count as live.`;
    return [found('fail', 'strays', says, agent('Take them in.', 'gc', { execute: true }))];
  }
  if (first === undefined) return [sound('strays', 'The ledger knows every live VM of the account.')];
  const says = `${counted(others.length + 1, 'VM')} of the account ${others.length === 0 ? 'burns and is claimed by nobody' : 'burn that nobody claims'}.`;
  return [found('warn', 'strays', says, agent('Adopt it, then extend or destroy it.', 'vm adopt', shortId(first.id)))];
};

/** Compares what two CCN hosts show of the account with its policy, whatever the ledger says. */
export const examineLimits = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const above = await compareWithPolicy(context, account, await readRecord(context, account));
  if (above.length === 0) return [sound('limits', 'What the network shows is within the policy.')];
  const fix = agent('See which VMs there are, and destroy those that are too much.', 'vm ls');
  return above.map(({ code, message }) => found('fail', 'limits', `${message} (${code})`, fix));
};
