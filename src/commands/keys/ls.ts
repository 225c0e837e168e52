import { hint } from '../../contract/declare/hint.ts';
import { list } from '../../contract/outputs/list.ts';
import { keyFields, withUse } from './key-fields.ts';

export default list({
  name: 'keys ls',
  summary: 'List the keys on this machine, of all networks',
  audience: 'agent',
  item: keyFields,
  brief: ['name', 'address', 'network', 'kind', 'role', 'inUse'],
  failures: [],
  examples: [{ line: 'keys ls', why: 'which keys are here, and which is in use' }],
  async run({ keys, settings, warn }, _input, page) {
    for (const { code, message } of keys.damaged()) warn(code, message);
    const sorted = keys.list().sort((a, b) => (a.createdAt === b.createdAt ? compare(a.name, b.name) : compare(a.createdAt, b.createdAt)));
    const shown = page(sorted, (key) => key.name);
    return { ...shown, items: shown.items.map((key) => withUse(key, settings)) };
  },
  columns: [
    ['NAME', 'name'],
    ['ADDRESS', 'address'],
    ['NETWORK', 'network'],
    ['KIND', 'kind'],
    ['USE', ({ role, inUse }) => (role === 'approver' ? 'approvals' : inUse ? 'in use' : '')],
  ],
  goFirst: ['KIND', 'NETWORK'],
  none: 'No keys yet.',
  next: ({ total }) => (total === 0 ? [hint('make one', 'keys create')] : []),
});

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
