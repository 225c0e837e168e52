import * as z from 'zod';
import { instant } from '../../contract/fields/fields.ts';
import type { KeyEntry } from '../../ports/keys/keys.ts';
import type { Settings } from '../../ports/settings.ts';

/** A key as every command shows it: all of it but the secret. */
export const keyFields = z.object({
  name: z.string(),
  address: z.string(),
  network: z.string().describe('The one network that it signs for'),
  kind: z.enum(['keystore', 'hot']).describe('keystore: locked with a passphrase; hot: unencrypted in a 0600 file'),
  role: z.enum(['account', 'approver']).describe('account: signs messages; approver: approvals only'),
  inUse: z.boolean().describe('Chosen on its network'),
  createdAt: instant,
  backedUpAt: instant.nullable().describe('Of the last keys backup'),
});

/** A key that came into being here, with where. */
export const newKeyFields = keyFields.extend({ file: z.string().describe('Where it lies') });

/** With whether it is the one chosen. */
export const withUse = (entry: KeyEntry, settings: Settings): z.output<typeof keyFields> => ({
  ...entry,
  inUse: settings.chosenKey(entry.network) === entry.name,
});
