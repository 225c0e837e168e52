/** Something that a person should hear of. All of it is ours: codes, ids, names that we gave. */
export interface Alert {
  code: 'VM_UNREACHABLE' | 'TEARDOWN_INCOMPLETE' | 'JOURNAL_UNREADABLE' | 'ONE_ENFORCER' | 'TTL_NOT_ENFORCED' | 'REMOVING' | 'STRAY_VMS';
  message: string;
  network: string;
  account: string;
  /** Item hash and name of the VM; null where it is about several. */
  vm: string | null;
  name: string | null;
  /** RFC 3339. */
  at: string;
}

export interface AlertTarget {
  /** An absolute path: run without a shell and without arguments, the alert as JSON on its stdin. */
  command: string | null;
  /** https: gets the alert as JSON, with an HMAC over it. */
  url: string | null;
}

export interface Alerts {
  /** `CONFIG_INVALID` where the file of it cannot be used. */
  target(): Promise<AlertTarget>;
  /** `USAGE` for what cannot be run or is not https. */
  check(target: AlertTarget): Promise<void>;
  /** Only a person decides this. `USAGE` for what cannot be run or is not https. */
  choose(target: AlertTarget): Promise<void>;
  /** Where the secret of the HMAC is. */
  file(): Promise<string>;
  /** Tells every target; the names of those that did not take it. */
  deliver(alert: Alert): Promise<('command' | 'url')[]>;
}
