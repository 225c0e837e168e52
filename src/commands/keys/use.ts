import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { keyFields, withUse } from './key-fields.ts';

export default change({
  name: 'keys use',
  summary: 'Choose the key that signs on its network',
  audience: 'agent',
  safety: 'change',
  input: z.object({ name: z.string().describe('Its name') }),
  positionals: ['name'],
  output: keyFields.extend({ changed: z.boolean() }),
  failures: ['KEY_NOT_FOUND', 'KEY_USE', 'CONFIG_INVALID'],
  examples: [{ line: 'keys use dev', why: 'from now on, on the network of that key' }],
  async plan(context, input, digest) {
    const { name } = input;
    const entry = context.keys.entry(name);
    return freePlan(context, 'keys use', digest, `Use the key "${name}" on ${entry.network}.`, { key: name });
  },
  async apply({ keys, settings }, { subject: { key } }) {
    const before = keys.entry(key);
    const changed = settings.chosenKey(before.network) !== key;
    return { ...withUse(changed ? await keys.use(key) : before, settings), changed };
  },
  text: (key) =>
    key.changed ? `${key.name} (${key.address}) is in use on ${key.network}` : `${key.name} is in use on ${key.network} already`,
  next: ({ network }) => [hint('what runs there', 'status', { network })],
});
