import { endVmScript, scriptDigest } from '../../domain/ending/end-vm-script.ts';
import { type EnforcerRecord, limitOf } from '../../domain/ending/enforcer.ts';
import { checkText, installProblems, installText, readBack, removeText } from '../../domain/ending/guest-timer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { heardInVm } from '../../domain/reach/heard-in-vm.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ExecResult } from '../../ports/shell.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { auditVm } from '../trail/audit.ts';
import { onTrail } from './on-trail.ts';
import { presigned } from './presign-forgets.ts';

const sshLimitMs = 90_000;

/** Returns the row of the VM's guest timer; null where the VM is to have none. */
export const guestRow = (ledger: Pick<LedgerReader, 'enforcers'>, vm: Pick<VmRecord, 'id' | 'network'>): EnforcerRecord | null =>
  ledger.enforcers({ network: vm.network, subject: vm.id, kind: 'guest' })[0] ?? null;

/** Tells whether a healthy VM that is to have a guest timer has none that is armed with its present expiry, as the trail has it. */
export const needsArming = (ledger: Pick<LedgerReader, 'enforcers' | 'effects' | 'signed'>, vm: VmRecord): boolean => {
  const row = guestRow(ledger, vm);
  return row !== null && vm.state === 'healthy' && (row.state !== 'armed' || row.expiresAt !== onTrail(ledger, vm).expiresAt);
};

/**
 * Puts the guest timer into a healthy VM over SSH, or moves the one that is there, reads back what the guest has then, and records the
 * outcome. A guest that will not take it makes the row `failed`, never the call. Returns the row; null where the VM is to have no timer.
 * Call it under the VM's lease. Idempotent. `limitMs`: how long SSH may take.
 */
export const armGuest = async (context: ChangeContext, vm: VmRecord, limitMs = sshLimitMs): Promise<EnforcerRecord | null> => {
  const ledger = await context.ledger();
  const row = guestRow(ledger, vm);
  if (row === null || vm.state !== 'healthy' || vm.endpoint === null) return row;
  const cloud = await context.cloud();
  const { limits } = await readPolicy(context, vm.account);
  const proven = onTrail(ledger, vm);
  const { expiresAt } = proven;
  const limitAt = limitOf(proven, limits.maxTtlSeconds);
  const startedAt = context.clock.now();
  const hosts = heardInVm(cloud.hosts, vm.endpoint.host);
  if (hosts.length < Math.min(2, cloud.hosts.length))
    return record(context, vm, { ...row, state: 'failed', problem: 'the CCN hosts cannot be reached from the VM' }, startedAt);
  const forgets = await presigned(context, vm).catch(passableFailure);
  if (forgets instanceof Failure) return record(context, vm, { ...row, state: 'failed', problem: 'the key is locked' }, startedAt);
  const script = endVmScript({ vm: vm.id, account: vm.account, expiresAt, limitAt, hosts, forgets, where: 'guest' });
  const meant = { expiresAt, limitAt, digest: scriptDigest(script) };
  const answer = await context.effect('guest.arm', () => inGuest(context, vm, { text: installText(script, expiresAt), limitMs }));
  const problem = troubleOf(answer) ?? (!(answer instanceof Failure) && readBack(answer.stdout, meant) ? null : 'its timer does not run');
  const verifiedAt = problem === null ? context.clock.now() : null;
  const next =
    problem === null
      ? { ...row, ...meant, state: 'armed' as const, problem, verifiedAt }
      : // After a failed arming nobody knows whether the earlier timer is still in the guest.
        { ...row, state: 'failed' as const, problem, verifiedAt };
  const armed = await record(context, vm, next, startedAt);
  if (problem === null) context.progress.phase('armed', { operation: vm.operation, vm: vm.id, name: vm.name });
  return armed;
};

/**
 * Reads back from the guest whether its timer is as it was put in, and arms it again where it is not. A guest that SSH does not reach keeps
 * its row.
 */
export const verifyGuest = async (context: ChangeContext, vm: VmRecord, limitMs = sshLimitMs): Promise<EnforcerRecord | null> => {
  const ledger = await context.ledger();
  const row = guestRow(ledger, vm);
  const { state, digest, expiresAt, limitAt } = row ?? {};
  if (row === null || state !== 'armed' || digest == null || limitAt == null || expiresAt !== onTrail(ledger, vm).expiresAt)
    return armGuest(context, vm, limitMs);
  const startedAt = context.clock.now();
  const answer = await inGuest(context, vm, { text: checkText, limitMs });
  if (answer instanceof Failure) return row;
  if (!readBack(answer.stdout, { digest, expiresAt, limitAt })) return armGuest(context, vm, limitMs);
  return record(context, vm, { ...row, verifiedAt: context.clock.now() }, startedAt);
};

/**
 * Takes the timer out of the guest, so that a later start, disk or image begins without one. The row goes to `wanted`: the next start arms
 * the guest again.
 */
export const disarmGuest = async (context: ChangeContext, vm: VmRecord): Promise<void> => {
  const ledger = await context.ledger();
  const row = guestRow(ledger, vm);
  if (row === null || (row.state === 'wanted' && row.digest === null)) return;
  const startedAt = context.clock.now();
  const reachable = vm.endpoint !== null && vm.state === 'healthy';
  const answer = reachable
    ? await context.effect('guest.disarm', () => inGuest(context, vm, { text: removeText, limitMs: sshLimitMs }))
    : null;
  const problem = answer !== null && !(answer instanceof Failure) && answer.stdout.includes('gone') ? null : 'it could not be taken out';
  ledger.write('guest.disarmed', (transaction) => {
    const { network, subject, kind } = row;
    const nothing = { expiresAt: null, limitAt: null, digest: null, verifiedAt: null };
    transaction.putEnforcer({ network, subject, kind, state: 'wanted', ...nothing, problem });
    auditVm(context, transaction, 'guest.disarmed', vm, {
      outcome: problem ?? 'disarmed',
      latencyMs: context.clock.now() - startedAt,
    });
  });
};

const record = async (context: ChangeContext, vm: VmRecord, row: EnforcerRecord, startedAt: number): Promise<EnforcerRecord> => {
  const ledger = await context.ledger();
  ledger.write('guest.armed', (transaction) => {
    transaction.putEnforcer(row);
    auditVm(context, transaction, 'guest.armed', vm, {
      outcome: row.state,
      latencyMs: context.clock.now() - startedAt,
      facts: {
        ...(row.expiresAt === null ? {} : { expires: formatInstant(row.expiresAt) }),
        ...(row.problem === null ? {} : { problem: row.problem }),
      },
    });
  });
  return row;
};

/** Runs a script in the guest over SSH. The script goes through stdin: in a command line any user of either machine could read it. */
const inGuest = (
  context: ChangeContext,
  vm: VmRecord,
  { text, limitMs }: { text: string; limitMs: number },
): Promise<ExecResult | Failure> =>
  context.shell
    .exec({
      vm: vm.id,
      account: vm.account,
      endpoint: vm.endpoint!,
      command: ['sh', '-s'],
      timeoutMs: limitMs,
      maxBytes: 4_000,
      stream: false,
      input: false,
      feed: (async function* () {
        yield Buffer.from(text, 'utf8');
      })(),
      signal: context.signal,
    })
    .catch(passableFailure);

const troubleOf = (answer: ExecResult | Failure): string | null => {
  if (answer instanceof Failure) return answer.code === 'HOST_KEY_CHANGED' ? 'its host key changed' : 'SSH into it failed';
  return answer.exitCode === 0 ? null : (installProblems[answer.exitCode] ?? 'it did not take it');
};
