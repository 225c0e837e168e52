import type { Around, Reached } from '../../../contract/declare/door.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import type { Phase, Progress } from '../../../ports/progress.ts';
import type { Host } from './host.ts';
import type { LiveLine } from './live-line.ts';
import type { OutputMode } from './output-mode.ts';

export interface ProgressLines extends Progress {
  /** The operation that this call began or goes on with; null before its first progress, and for a call that has none. */
  readonly operation: string | null;
  /** The VM of the latest progress. */
  readonly vm: string | null;
  /** Tells of a phase that a call reached elsewhere. */
  heard(reached: Reached): void;
  /** Stops the heartbeat, and takes the live line away. */
  stop(): void;
}

export interface Listening {
  asked: boolean;
  onPhase: Around['onPhase'];
  /** Is told of each phase as well. */
  live: Pick<LiveLine, 'reached' | 'stop'>;
}

const heartbeatMs = 15_000;

/** Phases that also come in calls about VMs that another operation made, so they do not tell this call's operation. */
const ofOthers: ReadonlySet<Phase> = new Set<Phase>(['armed', 'rolledBack', 'forgotten', 'erasing', 'forwardsRemoved', 'gone']);

/**
 * Prints phases as they come (conventions.md §6): in NDJSON mode JSON lines on stdout with a heartbeat, for people lines of text on stderr,
 * in JSON mode nothing unless `asked`. Whoever gave the order hears of each.
 */
export const progressLines = (host: Host, mode: OutputMode, { asked, onPhase, live }: Listening): ProgressLines => {
  const startedAt = host.now();
  let operation: string | null = null;
  let vm: string | null = null;
  const emit = (event: Record<string, unknown>): void => {
    const line = `${JSON.stringify({ ...event, at: formatInstant(host.now()), ...(operation === null ? {} : { operation }) })}\n`;
    if (mode === 'ndjson') host.write(line);
    else if (mode === 'json' && asked) host.writeError(line);
  };
  const endHeartbeat = mode === 'ndjson' ? host.every(heartbeatMs, () => emit({ type: 'heartbeat' })) : () => {};
  const stop = (): void => {
    endHeartbeat();
    live.stop();
  };
  const lines: ProgressLines = {
    get operation() {
      return operation;
    },
    get vm() {
      return vm;
    },
    stop,
    heard: ({ phase, vm: name, operation: its = '' }) => lines.phase(phase, { operation: its, ...(name === undefined ? {} : { name }) }),
    phase(phase, { operation: its, ...facts }) {
      operation ??= ofOthers.has(phase) ? null : its;
      const shownVm = facts.name ?? (facts.vm === undefined ? undefined : shortId(facts.vm));
      vm = shownVm ?? vm;
      emit({ type: 'phase', phase, ...facts });
      onPhase?.({ phase, operation: its, ...(shownVm === undefined ? {} : { vm: shownVm }) });
      if (mode !== 'text') return;
      const elapsed = ((host.now() - startedAt) / 1000).toFixed(1).padStart(6);
      const about = [shownVm, facts.node === undefined ? undefined : shortId(facts.node)].filter((word) => word !== undefined);
      host.writeError(`${elapsed} s  ${phase}${about.length === 0 ? '' : `  ${about.join(' on ')}`}\n`);
      live.reached(phase);
    },
  };
  return lines;
};
