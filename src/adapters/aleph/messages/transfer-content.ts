import * as z from 'zod';
import { checked, contentTime, evmAddress } from './instance-content.ts';

/** Of a transfer on any other channel the network keeps the message and moves nothing (protocol-ccn.md §5.6). */
export const creditChannel = 'ALEPH_CREDIT';

const content = z.strictObject({
  address: evmAddress,
  time: contentTime,
  type: z.literal('aleph_credit_transfer'),
  content: z.strictObject({
    transfer: z.strictObject({
      credits: z
        .array(
          z.strictObject({
            address: evmAddress,
            amount: z.int().positive().max(Number.MAX_SAFE_INTEGER),
            // milliseconds: a value in seconds would lie in 1970, and the credits would be lost at once
            expiration: z.int().min(1_700_000_000_000).optional(),
          }),
        )
        .length(1),
    }),
  }),
});

export interface TransferOrder {
  to: string;
  credits: bigint;
  /** Ms; null for credits that never expire. */
  expiresAt: number | null;
  at: number;
}

/** A POST that moves credits (protocol-ccn.md §5.6). */
export const transferContent = ({ to, credits, expiresAt, at }: TransferOrder, from: string): z.output<typeof content> =>
  checked('POST', content, {
    address: from,
    time: at / 1000,
    type: 'aleph_credit_transfer',
    content: {
      transfer: { credits: [{ address: to, amount: Number(credits), ...(expiresAt === null ? {} : { expiration: expiresAt }) }] },
    },
  });
