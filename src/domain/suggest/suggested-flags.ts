import type { CommandName } from './command-name.ts';

/** The flags of each command that the program ever suggests. The registry's commands take them, or it does not compile. */
export interface SuggestedFlags {
  'vm create': { crn?: string; acceptTerms?: boolean; cu?: number; vcpus?: number; memory?: number; disk?: number; ttl?: string };
  'vm ls': { all?: boolean };
  'vm extend': { until?: string };
  'vm redeploy': { replace?: boolean };
  'credits history': { by?: string };
  'credits estimate': { cu?: number; ttl?: string };
  'keys create': { approver?: boolean };
  'keys import': { privateKey?: string; unencrypted?: boolean };
  'config set': { unset?: boolean };
  'policy set': { reauthorise?: boolean };
  'policy task': { budget?: string };
  approve: { show?: boolean };
  gc: { execute?: boolean };
  'gc carrier export': { out?: string };
  'devnet up': { guests?: string };
  profile: { check?: boolean; dir?: string };
}

/** Those of the command's own; a name without any has none. */
export type FlagsOf<Name extends CommandName> = Name extends keyof SuggestedFlags ? SuggestedFlags[Name] : object;

/** Those of every command, and `--dry-run` of what has a plan. */
export interface CommonFlags {
  account?: string;
  network?: string;
  dryRun?: boolean;
  help?: boolean;
}
