/** The flags of each command that the program ever suggests. The registry's commands must take them to compile. */
export interface SuggestedFlags {
  doctor: { fix?: boolean };
  'vm create': {
    crn?: string;
    acceptTerms?: boolean;
    cu?: number;
    vcpus?: number;
    memory?: number | string;
    disk?: number | string;
    ttl?: string;
  };
  'vm ls': { all?: boolean; ofTask?: string };
  'vm wait': { setup?: string };
  'vm destroy': { withChildren?: boolean };
  'vm extend': { until?: string };
  'vm redeploy': { replace?: boolean };
  'credits history': { by?: string };
  'credits estimate': { cu?: number; ttl?: string };
  'credits topup': { resume?: boolean; replace?: boolean; abandon?: string; maxFee?: string; show?: boolean; wait?: boolean };
  'keys create': { approver?: boolean };
  'keys import': { privateKey?: string; unencrypted?: boolean };
  'config set': { unset?: boolean };
  'authz grant': { channel?: string; own?: boolean };
  'authz ls': { received?: boolean };
  'authz revoke': { destroyVms?: boolean };
  'policy set': { reauthorise?: boolean };
  'policy task': { budget?: string };
  'agents add': { budget?: string };
  'agents limit': { budget?: string };
  'agents revoke': { destroyVms?: boolean };
  approve: { show?: boolean; signature?: string };
  'approvals ls': { all?: boolean };
  freeze: { destroyAll?: boolean; asOwner?: string };
  gc: { execute?: boolean };
  'gc carrier export': { out?: string };
  'devnet up': { guests?: string };
  profile: { check?: boolean; dir?: string };
}

/** Those of a command's own flags that are ever suggested. */
export type FlagsOf<Name> = Name extends keyof SuggestedFlags ? SuggestedFlags[Name] : object;

/** Flags that every command takes, and `--dry-run` of those with a plan. */
export interface CommonFlags {
  account?: string;
  network?: string;
  dryRun?: boolean;
  help?: boolean;
  json?: boolean;
  full?: boolean;
}
