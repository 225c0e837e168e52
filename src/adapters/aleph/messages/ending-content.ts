import * as z from 'zod';
import { checked, contentTime, evmAddress } from './instance-content.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

const forget = z.strictObject({
  address: evmAddress,
  time: contentTime,
  hashes: z.array(hash).min(1).max(1000),
  reason: z.string().min(1).max(1000),
});

const removal = z.strictObject({
  address: evmAddress,
  key: z.literal('port-forwarding'),
  time: contentTime,
  content: z.record(hash, z.null()),
});

/** A FORGET's content (protocol-ccn.md §4.1). `aggregates` stays out: the model takes item hashes there, not keys. */
export const forgetContent = (order: { owner: string; ids: readonly string[]; reason: string; at: number }): z.output<typeof forget> =>
  checked('FORGET', forget, { address: order.owner, time: order.at / 1000, hashes: [...order.ids], reason: order.reason });

/** Deleting one VM's forwards: null under its hash, on the owner's aggregate (protocol-ccn.md §6.2, §7.2). */
export const forwardsRemovalContent = (order: { owner: string; id: string; at: number }): z.output<typeof removal> =>
  checked('AGGREGATE', removal, { address: order.owner, key: 'port-forwarding', time: order.at / 1000, content: { [order.id]: null } });
