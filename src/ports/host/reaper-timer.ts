export type TimerKind = 'systemd' | 'launchd' | 'cron';

export interface ReaperOrder {
  network: string;
  /** The words of the command line after the program's own. */
  line: readonly string[];
  everyMinutes: number;
}

export interface InstalledTimer {
  kind: TimerKind;
  /** The timer's files; empty for a crontab, which has none of ours. */
  files: string[];
  /** Where the output of `gc` goes: a file, or the command that shows it. */
  log: string;
  /** Does the host say that the timer is active? null: the host cannot be asked. */
  active: boolean | null;
  /** What a person must still do so that the timer runs while nobody is logged in; null for nothing. */
  missing: string | null;
}

/** Runs `gc` regularly on this machine, by a systemd user timer, a launchd agent or a crontab line, whichever the machine has. */
export interface ReaperTimer {
  /**
   * Installs the timer of a network in place of an earlier one. Throws `NO_TIMER`, with the line to add by hand, where the machine has no
   * such means.
   */
  install(order: ReaperOrder): Promise<InstalledTimer>;
  /** Removes the network's timers; resolves with their kinds, empty where there was none. */
  uninstall(network: string): Promise<TimerKind[]>;
  status(network: string): Promise<InstalledTimer | null>;
}
