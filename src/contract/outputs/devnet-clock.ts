import * as z from 'zod';

export const clockKind = z.enum(['runs', 'waits']).describe('Whether its time runs, or waits for all who live by it');

/** How a devnet's time goes on, as fields of an answer. */
export const paceOf = (time: { waits: boolean; rate: number }) => ({ clock: time.waits ? 'waits' : 'runs', clockRate: time.rate }) as const;

export const paceText = ({ clock, clockRate }: ReturnType<typeof paceOf>): string =>
  clock === 'waits' ? 'and waits for those who live by it' : `at ${clockRate} s per second`;
