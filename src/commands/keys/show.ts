import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { keyFields, withUse } from './key-fields.ts';

export default query({
  name: 'keys show',
  summary: 'Show one key: address, network, kind; never the secret',
  audience: 'agent',
  input: z.object({ name: z.string().optional().describe('Its name; the key in use on this network if omitted') }),
  positionals: ['name'],
  output: keyFields,
  failures: ['KEY_NOT_FOUND', 'KEY_MISSING', 'WRONG_NETWORK'],
  examples: [
    { line: 'keys show', why: 'the key in use' },
    { line: 'keys show dev', why: 'the address to send credits to' },
  ],
  async run({ keys, settings, network }, { name }) {
    return withUse(name === undefined ? keys.current(network) : keys.entry(name), settings);
  },
  text: (key, style) =>
    style.facts([
      ['name', key.name],
      ['address', key.address],
      ['network', key.network],
      ['kind', key.kind],
      ['for', key.role === 'approver' ? 'approvals, never messages' : 'messages of the network'],
      ['in use', key.inUse ? 'yes' : 'no'],
      ['since', key.createdAt],
      ['backup', key.backedUpAt ?? 'none'],
    ]),
  next: ({ name, network }) => [hint('what it holds', 'credits balance', { network, account: name })],
});
