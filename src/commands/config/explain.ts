import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { settings } from '../../contract/settings/settings.ts';
import { type ConfigKey, configKey } from './config-key.ts';
import { configLayers, configOutput, configValue, layerOutput } from './config-words.ts';

const whatOf = (key: ConfigKey): string => {
  if (key.kind === 'setting') return settings[key.setting].what;
  if (key.kind === 'chosenKey') return `the key in use on ${key.network}`;
  if (key.kind !== 'host') return 'a limit of the policy; a project only tightens it';
  return key.host === 'private'
    ? 'true: a network of your own, whose hosts, CRNs and VMs may be on this machine or at private addresses'
    : 'where a host of this network is; ccn takes several, with commas';
};

export default query({
  name: 'config explain',
  summary: 'Show which layer sets a value, and what each layer says',
  audience: 'agent',
  settingsOnly: true,
  input: z.object({ key: z.string().describe('Name of the setting') }),
  positionals: ['key'],
  output: configOutput.extend({ what: z.string(), layers: z.array(layerOutput).describe('Strongest first') }),
  failures: [],
  examples: [{ line: 'config explain ttl', why: 'flag, variable, project, user, default' }],
  async run(context, { key }) {
    const parsed = configKey(key);
    return { ...(await configValue(context, key)), what: whatOf(parsed), layers: await configLayers(context, parsed) };
  },
  text: ({ key, value, what, layer, layers }, style) => {
    const winner = layers.findIndex((word) => word.value !== null);
    return [
      style.bold(`${key}: ${value ?? 'not set'} (${layer})`),
      style.dim(what),
      style.table(
        ['LAYER', 'VALUE', 'WHERE', ''],
        layers.map((word, place) => [word.layer, word.value ?? '-', word.source ?? '', place === winner ? 'holds' : '']),
      ),
    ].join('\n');
  },
  next: () => [hint('choose a value', 'config set', { help: true })],
});
