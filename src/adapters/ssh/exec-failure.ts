import { Failure, type Fix } from '../../domain/failure/failure.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';

/** Why SSH did not run the command, or did not see it end. */
export type ExecTrouble = 'hostKeyChanged' | 'denied' | 'unreachable' | 'lost' | 'timeout' | 'notStarted' | 'missing' | 'failed';

const reasons: Readonly<Record<Exclude<ExecTrouble, 'timeout'>, string>> = {
  hostKeyChanged: 'its host key is not the one that is pinned: another machine answers there. Nothing was sent',
  denied: 'the VM did not accept our key',
  unreachable: 'no SSH connection could be made',
  lost: 'the connection was lost; the command may be running still',
  notStarted: 'ssh could not be started',
  missing: 'there is no ssh on the PATH to hand the terminal to',
  failed: 'ssh ended with its own error (255)',
};

/** Before these, the command may have begun. */
const mayHaveRun: ReadonlySet<ExecTrouble> = new Set(['lost', 'timeout', 'failed']);

const fixes: Readonly<Record<ExecTrouble, Fix>> = {
  hostKeyChanged: human('Find out who answers there before anything is trusted to it; a VM that was reinstalled is best replaced.'),
  denied: agent('The VM was made with another SSH key, or has changed what it accepts: destroy it and create another.'),
  unreachable: agent('See how the VM is with vm show, then try again.'),
  lost: agent('Look whether the command still runs before it is repeated.'),
  timeout: agent('Give a longer --timeout, and look whether the command still runs before it is repeated.'),
  missing: human('Install OpenSSH, or run single commands with vm exec, which needs none.'),
  notStarted: human('Is the ssh on the PATH a program that runs?'),
  failed: agent('Look whether the command has run before it is repeated.'),
};

/** `EXEC_FAILED`, or `HOST_KEY_CHANGED`, in fixed words: what a VM or a node says is never repeated here. */
export const execFailure = ({ vm, timeoutMs = 0 }: { vm: string; timeoutMs?: number }, trouble: ExecTrouble, cause?: unknown): Failure => {
  const reason = trouble === 'timeout' ? `it took longer than ${timeoutMs / 1000} s and may be running still` : reasons[trouble];
  return new Failure(trouble === 'hostKeyChanged' ? 'HOST_KEY_CHANGED' : 'EXEC_FAILED', `SSH to VM ${shortId(vm)} failed: ${reason}.`, {
    sideEffects: mayHaveRun.has(trouble) ? 'unknown' : 'none',
    fix: fixes[trouble],
    facts: { vm, reason: trouble },
    ...(cause === undefined ? {} : { cause }),
  });
};

/** From ssh's own log (`-E`), which the other side cannot write to. */
export const troubleIn = (log: string): ExecTrouble => {
  if (/HOST IDENTIFICATION HAS CHANGED|Host key verification failed/.test(log)) return 'hostKeyChanged';
  if (/Permission denied|Too many authentication failures|no mutual signature/.test(log)) return 'denied';
  if (
    /Connection refused|timed out|No route to host|Network is unreachable|Could not resolve|banner exchange|kex_exchange_identification/.test(
      log,
    )
  ) {
    return 'unreachable';
  }
  return /Connection (to .* )?(closed|reset)|Broken pipe|not responding/.test(log) ? 'lost' : 'failed';
};
