import { Failure } from '../../domain/failure/failure.ts';
import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { enderWords, upStates } from '../../domain/ledger/ended.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { counted } from '../../domain/text/counted.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { type Ends, endsSeen, seeEnded } from '../ended/see-ended.ts';
import { enforcementOf, isEndedBySomething } from '../timers/enforced-by.ts';
import { verifyTrail } from '../trail/verify-ledger.ts';

/**
 * Examines whether the ledger still is what was written. Dormant VMs are no fault: an INSTANCE that was sent and never processed is watched
 * for ever.
 */
export const examineLedger = async (context: ReadContext): Promise<Finding[]> => {
  const ledger = await context.ledger();
  const { rows, firstBroken, damagedMessages, strayVms, editedVms } = verifyTrail(ledger);
  const troubles = [
    ...(firstBroken === null ? [] : [`row ${firstBroken} does not follow from the one before`]),
    ...(damagedMessages.length === 0 ? [] : [`${damagedMessages.length} messages are not what was signed`]),
    ...editedVms.map(({ name, says }) => `VM ${name}: ${says}`),
    ...(strayVms.length === 0
      ? []
      : [`${counted(strayVms.length, 'VM')} ${strayVms.length === 1 ? 'stands' : 'stand'} in rows or trail alone`]),
  ];
  const dormant = ledger.vms({ network: context.network, states: ['dormant'] }).length;
  return [
    troubles.length === 0
      ? sound('ledger', `${rows} rows, the chain is whole.`)
      : found('fail', 'ledger', `${troubles.join('; ')}.`, human(`See ${commandLine('ledger verify')}; compare with a copy or an export.`)),
    sound('dormant', dormant === 0 ? 'None.' : `${dormant} sent and never processed; watched, nothing is held for them.`),
  ];
};

const recentVms = 20;

const runBySelf = agent('Let gc run by itself: it ends each VM at its expiry, and keeps the timers in the VMs armed.', 'gc install');

/** Examines which VMs are half torn down, expired or unreachable, and whether gc looked at any VM within the hour. */
export const examineVms = async (context: ReadContext): Promise<Finding[]> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  const up = ledger.vms({ network: context.network, states: upStates });
  const ends = await endsNow(context, up);
  const live = up.filter(({ id }) => !ends.has(id));
  const stopping = ledger.vms({ network: context.network, states: ['stopping'] });
  const expired = live.filter(({ expiresAt }) => expiresAt <= now);
  const unended = live.filter((vm) => !isEndedBySomething(ledger, vm, now));
  const silent = live.filter(({ state }) => state === 'unreachable');
  // The probe of any VM shows that gc runs, even of a VM that has ended since; the newest rows are enough to look at.
  const recent = ledger.vms({ network: context.network }).slice(-recentVms);
  const looked = Math.max(0, ...[...recent, ...live].map(({ id }) => ledger.health(id)[0]?.until ?? 0));
  const findings: Finding[] = [];
  if (live.length === 0) findings.push(sound('reaper', 'No VM is live, so there is nothing to end.'));
  else if (expired.length > 0)
    findings.push(
      found(
        'fail',
        'reaper',
        `${names(expired)} expired, and gc has not settled it: what did not end by itself bills on.`,
        agent('Destroy what expired.', 'gc', { execute: true }),
      ),
    );
  else if (now - looked <= 3600_000) findings.push(sound('reaper', `gc looked ${Math.round((now - looked) / 60_000)} min ago.`));
  else if (unended.length === 0) findings.push(sound('reaper', 'Nobody ran gc within the hour; a timer of its own ends each VM.'));
  else
    findings.push(found('warn', 'reaper', `Nobody ran gc within the hour, and nothing else ends ${names(unended)} at expiry.`, runBySelf));
  findings.push(enforcers(ledger, live, now));
  findings.push(...ended(up, ends));
  findings.push(
    stopping.length === 0
      ? sound('teardown', 'None is half done.')
      : found(
          'fail',
          'teardown',
          `${names(stopping)} on the way out, and not proven gone: they may bill on.`,
          agent('Go on with it.', 'gc', { execute: true }),
        ),
    silent.length === 0
      ? sound('health', 'No VM is known to be unreachable.')
      : found('warn', 'health', `${names(silent)} do not answer SSH and bill on.`, agent('See how it is.', 'vm show', silent[0]!.name)),
  );
  return findings;
};

const names = (vms: readonly { name: string }[]): string => vms.map(({ name }) => name).join(', ');

/** Reports the VMs that fewer than two enforcers, seen within the hour, end at expiry while no command runs. */
const enforcers = (ledger: LedgerReader, live: readonly VmRecord[], now: number): Finding => {
  const few = (most: number): VmRecord[] => live.filter((vm) => enforcementOf(ledger, vm, now).by.length <= most);
  const unseen = few(0);
  const unended = unseen.filter((vm) => !isEndedBySomething(ledger, vm, now));
  if (unended.length > 0) return found('warn', 'enforcers', `Nothing ends ${names(unended)} by itself.`, runBySelf);
  if (unseen.length > 0)
    return found(
      'warn',
      'enforcers',
      `Nobody looked at the timers of ${names(unseen)} within the hour.`,
      agent('Look at them, and mend what is not in place.', 'gc', { execute: true }),
    );
  if (few(1).length > 0) return found('warn', 'enforcers', `Only one thing ends ${names(few(1))} at expiry.`, runBySelf);
  return sound('enforcers', live.length === 0 ? 'No VM is live.' : 'Two or more end each VM at its expiry.');
};

/** Reads which of these VMs ended by themselves; where the network does not answer, what was seen before stands. */
const endsNow = async (context: ReadContext, vms: readonly VmRecord[]): Promise<Ends> => {
  const accounts = [...new Set(vms.map(({ account }) => account))];
  const read = async (): Promise<Ends> => {
    const cloud = await context.cloud();
    const lists = await Promise.all(accounts.map((account) => cloud.messages.listSentBy(account)));
    return seeEnded(context, vms, new Set(lists.flat().map(({ id }) => id)));
  };
  return read().catch((problem: unknown) => {
    if (!(problem instanceof Failure) || problem.code === 'INTERRUPTED') throw problem;
    return endsSeen(context, vms);
  });
};

/** Names the VMs that ended by themselves and whose end gc has not put on record: they bill no more. */
const ended = (vms: readonly VmRecord[], ends: Ends): Finding[] => {
  const said = vms.flatMap(({ id, name }) => {
    const end = ends.get(id);
    return end === undefined ? [] : [`${name} was ended by ${enderWords(end.by)} and bills no more`];
  });
  return said.length === 0 ? [] : [sound('ended', `${said.join('; ')}; ${commandLine('gc', { execute: true })} puts it on record.`)];
};
