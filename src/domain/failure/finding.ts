import type { Fix } from './failure.ts';

export type FindingLevel = 'ok' | 'warn' | 'fail';

/** What doctor found of one thing. `fail`: something costs, spends or ends otherwise than the tool promises, or does not work. */
export interface Finding {
  check: string;
  level: FindingLevel;
  /** One sentence, with the figure. */
  says: string;
  /** null where nothing is wrong. */
  fix: Fix | null;
}

export const sound = (check: string, says: string): Finding => ({ check, level: 'ok', says, fix: null });

export const found = (level: 'warn' | 'fail', check: string, says: string, fix: Fix): Finding => ({ check, level, says, fix });
