import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { paging } from '../../contract/fields/fields.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { pageOf } from '../../contract/outputs/page-of.ts';
import { keyFields, withUse } from './key-fields.ts';

export default query({
  name: 'keys ls',
  summary: 'The keys on this machine, of all networks',
  audience: 'agent',
  input: z.object({ ...paging }),
  output: listOf(keyFields),
  failures: [],
  examples: [{ line: 'keys ls', why: 'which keys are here, and which is in use' }],
  async run({ keys, settings }, page) {
    const sorted = keys.list().sort((a, b) => (a.createdAt === b.createdAt ? compare(a.name, b.name) : compare(a.createdAt, b.createdAt)));
    const { items, ...counts } = pageOf(sorted, page, (key) => key.name);
    return { items: items.map((key) => withUse(key, settings)), ...counts, totals: {} };
  },
  brief: ['items.*.name', 'items.*.address', 'items.*.network', 'items.*.kind', 'items.*.role', 'items.*.inUse'],
  text: ({ items }, style) =>
    items.length === 0
      ? 'No keys yet.'
      : style.table(
          ['NAME', 'ADDRESS', 'NETWORK', 'KIND', 'USE'],
          items.map((key) => [
            key.name,
            key.address,
            key.network,
            key.kind,
            key.role === 'approver' ? 'approvals' : key.inUse ? 'in use' : '',
          ]),
        ),
  next: ({ total }) => (total === 0 ? [hint('make one', 'keys create')] : []),
});

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
