import { Failure } from '../../domain/failure.ts';

/** Why SSH did not run the command, or did not see it end. */
export type ExecTrouble = 'hostKeyChanged' | 'denied' | 'unreachable' | 'lost' | 'timeout' | 'notStarted' | 'failed';

const reasons: Readonly<Record<ExecTrouble, string>> = {
  hostKeyChanged: 'its host key is not the one seen at first contact: another machine answers there. Nothing was sent',
  denied: 'the VM did not accept our key',
  unreachable: 'no SSH connection could be made',
  lost: 'the connection was lost; the command may be running still',
  timeout: 'the time was over; the command may be running still',
  notStarted: 'ssh could not be started',
  failed: 'ssh ended with its own error (255)',
};

/** Before these, the command may have begun. */
const mayHaveRun: ReadonlySet<ExecTrouble> = new Set(['lost', 'timeout', 'failed']);

/** `EXEC_FAILED` in fixed words: what a VM or a node says is never repeated here. */
export const execFailure = (vm: string, trouble: ExecTrouble, cause?: unknown): Failure =>
  new Failure('EXEC_FAILED', `The command could not be run on ${vm.slice(0, 12)}: ${reasons[trouble]}.`, {
    sideEffects: mayHaveRun.has(trouble) ? 'unknown' : 'none',
    facts: { vm, reason: trouble },
    ...(cause === undefined ? {} : { cause }),
  });

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
