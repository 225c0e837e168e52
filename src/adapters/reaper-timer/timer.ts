import type { InstalledTimer, TimerKind } from '../../ports/host/reaper-timer.ts';

export interface TimerOrder {
  /** Tells this timer from others of ours on the machine. */
  unit: string;
  /** The whole command, absolute. */
  words: readonly string[];
  /** No secrets. */
  environment: Readonly<Record<string, string>>;
  everyMinutes: number;
  /** Where output goes that nobody else keeps. */
  log: string;
}

/** One way in which a machine runs something again and again. */
export interface Timer {
  kind: TimerKind;
  isHere(): Promise<boolean>;
  install(order: TimerOrder): Promise<InstalledTimer>;
  /** Was something there? */
  uninstall(unit: string): Promise<boolean>;
  status(unit: string): Promise<InstalledTimer | null>;
}
