import * as z from 'zod';
import { shortId } from '../../domain/text/short-id.ts';
import { money } from '../fields/fields.ts';

/** One VM that gc looked after, and the result. */
export const gcItem = z.object({
  id: z.string(),
  name: z.string(),
  reason: z.enum([
    'expired',
    'ended',
    'halfDone',
    'interrupted',
    'dormantAlive',
    'nodeUnconfirmed',
    'unreachable',
    'recovered',
    'startedAgain',
    'unknownToLedger',
    'unclaimed',
    'unarmed',
    'misrecorded',
  ]),
  state: z.string(),
  usdPerHour: money.nullable().describe('Of what the ledger does not know'),
  billedUsd: money.nullable(),
  reached: z.string().nullable(),
  problem: z.string().nullable(),
});

export const toGcItem = (row: z.output<typeof gcItem>): z.output<typeof gcItem> => ({ ...row, id: shortId(row.id) });
