import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { paging } from '../../contract/fields/fields.ts';
import { listOf } from '../../contract/outputs/list-of.ts';
import { pageOf } from '../../contract/outputs/page-of.ts';
import { configKeys, configOutput, configValue } from './config-words.ts';

export default query({
  name: 'config ls',
  summary: 'Settings, networks and where each value comes from',
  audience: 'agent',
  input: z.object({ ...paging }),
  output: listOf(configOutput),
  failures: [],
  examples: [{ line: 'config ls', why: 'what holds here' }],
  async run(context, page) {
    const { items, ...counts } = pageOf(configKeys(context), page, (key) => key);
    return { items: await Promise.all(items.map((key) => configValue(context, key))), ...counts, totals: {} };
  },
  text: ({ items }, style) =>
    style.table(
      ['SETTING', 'VALUE', 'FROM'],
      items.map(({ key, value, layer, source }) => [key, value ?? '-', source === null ? layer : `${layer} ${source}`]),
    ),
  next: ({ items }) => (items[0] === undefined ? [] : [hint('what each layer says', 'config explain', items[0].key)]),
});
