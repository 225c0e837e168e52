export type TimerKind = 'systemd' | 'launchd' | 'cron';

export interface ReaperOrder {
  network: string;
  /** Words after the program's own. */
  line: readonly string[];
  everyMinutes: number;
}

export interface InstalledTimer {
  kind: TimerKind;
  /** Files that it consists of; a crontab has none of ours. */
  files: string[];
  /** Where its output goes: a file, or the command that shows it. */
  log: string;
  /** Does the host say that it is in force? null: it cannot be asked. */
  active: boolean | null;
  /** What a person must still do, so that it runs while nobody is logged in; null for nothing. */
  missing: string | null;
}

/** Running `gc` again and again on this machine, by whichever means it has: a systemd user timer, a launchd agent, a line in the crontab. */
export interface ReaperTimer {
  /** `NO_TIMER` where this machine has none of them, with the line to add by hand. Replaces what was there for this network. */
  install(order: ReaperOrder): Promise<InstalledTimer>;
  /** What was taken away; empty where nothing was there. */
  uninstall(network: string): Promise<TimerKind[]>;
  status(network: string): Promise<InstalledTimer | null>;
}
