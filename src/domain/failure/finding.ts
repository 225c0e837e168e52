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
