import * as z from 'zod';
import { change } from '../../contract/command.ts';
import { freePlan } from '../../contract/free-plan.ts';
import { argumentsDigest } from '../../domain/arguments-digest.ts';
import { keyFields, withUse } from './key-fields.ts';
import { defaultKeyName, freeKeyName, publicForEver } from './new-key.ts';

export default change({
  name: 'keys create',
  summary: 'Make a key for this network, locked with a passphrase',
  safety: 'change',
  input: z.object({
    name: z.string().optional().describe('What to call it; main without one, or the name of the network'),
    unencrypted: z.boolean().default(false).describe('No passphrase: a hot key in a 0600 file'),
  }),
  positionals: ['name'],
  output: keyFields,
  failures: ['KEY_EXISTS', 'CONFIG_INVALID'],
  examples: [
    { line: 'keys create ci --unencrypted', why: 'a hot key: keep little on it' },
    { line: 'keys create safe --passphrase-file passphrase.txt', why: 'locked, without a terminal' },
  ],
  async plan(context, input) {
    const { name, unencrypted } = input;
    const key = freeKeyName(context, name ?? defaultKeyName(context.network));
    return freePlan(
      context,
      'keys create',
      argumentsDigest('keys create', { ...input, name: key }),
      `Make the key "${key}" for ${context.network}${unencrypted ? ', unencrypted' : ''}.`,
      { key },
    );
  },
  async apply({ keys, secrets, settings, network, warn }, { subject: { key } }, { unencrypted }) {
    const passphrase = unencrypted ? null : () => secrets.passphrase({ use: 'new', key }, null);
    const entry = await keys.create({ name: key, network, passphrase });
    warn('PUBLIC_FOR_EVER', publicForEver(entry.address));
    return withUse(entry, settings);
  },
  text: (key, style) => `${style.good('made')} ${key.name} for ${key.network}: ${style.bold(key.address)}`,
  next: (key) => [
    {
      command: `aleph-agent credits balance --account ${key.name} --network ${key.network}`,
      why: 'what it holds, once credits were sent to it',
    },
  ],
});
