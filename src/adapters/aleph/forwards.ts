import * as z from 'zod';
import type { CcnHosts } from './ccn-hosts.ts';
import { mib } from './http.ts';
import { aggregatePath } from './official-aggregates.ts';

const shape = z.object({ data: z.object({ 'port-forwarding': z.record(z.string(), z.unknown()).nullish() }) });

/** Is there a forward for this VM on its owner's aggregate? What was deleted stays as null (protocol-ccn.md §6.2, §7.2). */
export const hasForwards = async (ccn: CcnHosts, owner: string, id: string): Promise<boolean> => {
  const found = await ccn.first(aggregatePath(owner, 'port-forwarding'), shape, { nothing: [404], limitBytes: 2 * mib });
  const entry = found?.data['port-forwarding']?.[id];
  return entry !== undefined && entry !== null;
};
