import { parseUsd } from '../../domain/money/money.ts';
import type { Ceilings } from '../../domain/plan/create-wish.ts';
import { usdAmount } from './fields.ts';

/** Inputs that refuse a VM above a price. */
export const ceilingFields = {
  maxHourly: usdAmount.optional().describe('Refuse above this price, USD/h'),
  maxTotal: usdAmount.optional().describe('Refuse above this cost in all, USD'),
};

interface CeilingInput {
  maxHourly?: string | undefined;
  maxTotal?: string | undefined;
}

export const ceilingsOf = ({ maxHourly, maxTotal }: CeilingInput): Ceilings => ({
  maxHourly: maxHourly === undefined ? null : parseUsd(maxHourly),
  maxTotal: maxTotal === undefined ? null : parseUsd(maxTotal),
});
