import type { Plan } from '../../domain/plan/plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { areFresh, type Figures } from './read-figures.ts';

interface Kept {
  figures: Figures;
  rows: number;
}

/** By the terms of a plan as it was made here: a plan that comes out of the ledger has other terms, though they say the same. */
const kept = new WeakMap<Plan['terms'], Kept>();

/** Returns how far the audit trail goes. */
export const trailLength = (ledger: Pick<LedgerReader, 'effects'>): number => ledger.effects({ limit: 1 })[0]?.seq ?? 0;

/**
 * Keeps the figures by which a plan was judged, for whoever applies it at once; `rows`: how far the trail went before they were read. What the
 * plan read together with them (prices, the hosts' time) is as old as they are.
 */
export const keepFigures = ({ terms }: Pick<Plan, 'terms'>, figures: Figures, rows: number): void =>
  void kept.set(terms, { figures, rows });

/**
 * Returns the figures of a plan where nothing can have moved that this ledger knows of: they are less than ten seconds old, and no process has
 * added a row to the trail since. null: all that the plan read has to be read again.
 */
export const figuresOf = (
  context: Pick<ReadContext, 'clock'>,
  ledger: Pick<LedgerReader, 'effects'>,
  { terms }: Pick<Plan, 'terms'>,
): Figures | null => {
  const known = kept.get(terms);
  return known !== undefined && areFresh(context, known.figures) && trailLength(ledger) === known.rows ? known.figures : null;
};
