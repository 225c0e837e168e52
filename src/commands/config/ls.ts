import { hint } from '../../contract/declare/hint.ts';
import { list } from '../../contract/outputs/list.ts';
import { configKeys, configOutput, configValue } from './config-words.ts';

export default list({
  name: 'config ls',
  summary: 'List settings, networks and where each value comes from',
  audience: 'agent',
  settingsOnly: true,
  item: configOutput,
  failures: [],
  examples: [{ line: 'config ls', why: 'what holds here' }],
  async run(context, _input, page) {
    const shown = page(configKeys(context), (key) => key);
    return { ...shown, items: await Promise.all(shown.items.map((key) => configValue(context, key))) };
  },
  columns: [
    ['SETTING', 'key'],
    ['VALUE', ({ value }) => value ?? '-'],
    ['FROM', ({ layer, source }) => (source === null ? layer : `${layer} ${source}`)],
  ],
  next: ({ items }) => (items[0] === undefined ? [] : [hint('what each layer says', 'config explain', items[0].key)]),
});
