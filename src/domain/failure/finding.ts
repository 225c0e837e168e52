import type { Fix } from './failure.ts';

export type FindingLevel = 'ok' | 'warn' | 'fail';

/** One thing that doctor checked. `fail`: it costs, spends or ends otherwise than aleph-agent promises, or does not work. */
export interface Finding {
  check: string;
  level: FindingLevel;
  /** One sentence with the figure found. */
  says: string;
  /** null where nothing is wrong. */
  fix: Fix | null;
}

export const sound = (check: string, says: string): Finding => ({ check, level: 'ok', says, fix: null });

export const found = (level: 'warn' | 'fail', check: string, says: string, fix: Fix): Finding => ({ check, level, says, fix });

/** Names of checks for people, where they are not words already. */
const words: Readonly<Record<string, string>> = {
  node: 'Node.js',
  permissions: 'file permissions',
  key: 'keys',
  dormant: 'cancelled VMs',
  reaper: 'expired VMs',
  enforcers: 'timers of VMs',
  teardown: 'unfinished destroys',
  health: 'SSH of VMs',
  lineage: 'other ledgers',
  reserve: 'credits',
  strays: 'untracked VMs',
  ended: 'ended VMs',
  timer: 'timer of gc',
  root: 'policy of this machine',
  program: 'files of the program',
  user: 'user of the safe',
};

/** What a check is about, in words. */
export const checkWords = (check: string): string => words[check] ?? check;
