export type TimerKind = 'systemd' | 'launchd' | 'cron';

/** Whose timer it is. */
export interface ReaperScope {
  network: string;
  account: string;
}

export interface ReaperOrder extends ReaperScope {
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
   * Installs an account's timer in place of its earlier one. Throws `NO_TIMER`, with the line to add by hand, where the machine has no
   * such means.
   */
  install(order: ReaperOrder): Promise<InstalledTimer>;
  /** Removes the account's timers; resolves with their kinds, empty where there was none. */
  uninstall(scope: ReaperScope): Promise<TimerKind[]>;
  status(scope: ReaperScope): Promise<InstalledTimer | null>;
  /**
   * The minutes between rounds of the timer that was installed last for the account, and not taken out again by `uninstall`; null where there
   * was none, or a version before this one put it in and noted no interval.
   */
  lastInterval(scope: ReaperScope): Promise<number | null>;
  /** Was a timer ever installed for the account? A systemd timer of a version that noted no interval left nothing beside its files. */
  wasInstalled(scope: ReaperScope): Promise<boolean>;
}
