import type { InstalledTimer, TimerKind } from '../../ports/host/reaper-timer.ts';

export interface TimerOrder {
  network: string;
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
  uninstall(network: string): Promise<boolean>;
  status(network: string): Promise<InstalledTimer | null>;
}
