/** Something that a person should hear of. Its texts are ours alone: codes, ids, names that we gave. */
export interface Alert {
  code:
    | 'VM_UNREACHABLE'
    | 'TEARDOWN_INCOMPLETE'
    | 'JOURNAL_UNREADABLE'
    | 'EXPIRY_CONTESTED'
    | 'ONE_ENFORCER'
    | 'TTL_NOT_ENFORCED'
    | 'REMOVING'
    | 'GRANT_REVOKED'
    | 'GRANT_OVERDUE'
    | 'STRAY_VMS'
    | 'LIVE_ABOVE_POLICY'
    | 'BURN_ABOVE_POLICY'
    | 'TTL_ABOVE_POLICY'
    | 'AGENT_JOINED_TWICE'
    | 'PAGE_OPENED_TWICE'
    | 'APPROVAL_WAITS'
    | 'SAFE_ROUND_LONG';
  message: string;
  network: string;
  account: string;
  /** Item hash and name of the VM; null where the alert is about several VMs. */
  vm: string | null;
  name: string | null;
  /** The agent of a safe that it is about; absent where it is about none. */
  agent?: string;
  /** RFC 3339. */
  at: string;
}

export interface AlertTarget {
  /** Absolute path of a program that is run without a shell and without arguments; it gets the alert as JSON on its stdin. */
  command: string | null;
  /** https URL that gets the alert as JSON, with an HMAC over it. */
  url: string | null;
}

export interface Alerts {
  /** The current target. Throws `CONFIG_INVALID` where its file cannot be used. */
  target(): Promise<AlertTarget>;
  /** Throws `USAGE` where the command cannot be run or the URL is not https. */
  check(target: AlertTarget): Promise<void>;
  /** Sets the target, which only a person decides. Throws `USAGE` as `check` does. */
  choose(target: AlertTarget): Promise<void>;
  /** Path of the file with the HMAC's secret. */
  file(): Promise<string>;
  /** Sends an alert to command and URL; resolves with those of the two that failed. */
  deliver(alert: Alert): Promise<('command' | 'url')[]>;
}
