import * as z from 'zod';

/** Who publishes what everybody reads (protocol-ccn.md §6.3). */
export const officialAggregates = {
  settings: '0xFba561a84A537fCaa567bb7A2257e7142701ae2A',
  corechannel: '0xa1B3bb7d2332383D96b7796B908fB7f7F3c2Be10',
} as const;

/** `GET` path of keys of one owner's aggregate. */
export const aggregatePath = (owner: string, key: string): string =>
  `/api/v0/aggregates/${encodeURIComponent(owner)}.json?keys=${encodeURIComponent(key)}`;

/** An answer with keys of that owner's aggregate: whatever a host gives of another owner's is of another shape. */
export const aggregateOf = <Data extends z.ZodType>(owner: string, data: Data) =>
  z.object({ address: z.string().refine((address) => address.toLowerCase() === owner.toLowerCase(), 'another owner'), data });
