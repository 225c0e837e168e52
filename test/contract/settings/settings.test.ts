import { describe, expect, it } from 'vitest';
import { holding, layersOf, settingValue, variableOf } from '../../../src/contract/settings/settings.ts';
import { type SettingKey, settingKeys } from '../../../src/domain/limits/setting-keys.ts';

const values: Readonly<Record<SettingKey, readonly [string, string, string, string]>> = {
  output: ['json', 'ndjson', 'text', 'json'],
  network: ['a', 'b', 'c', 'd'],
  task: ['a', 'b', 'c', 'd'],
  payer: ['0x'.padEnd(42, 'a'), '0x'.padEnd(42, 'b'), '0x'.padEnd(42, 'c'), '0x'.padEnd(42, 'd')],
  timeout: ['1m', '2m', '3m', '4m'],
  color: ['always', 'never', 'auto', 'always'],
  size: ['1', '2', '4', '6'],
  ttl: ['1h', '2h', '3h', '4h'],
  namePrefix: ['a', 'b', 'c', 'd'],
};

describe('the layers of a setting (conventions.md §7)', () => {
  it.each(settingKeys)('XA-21 of %s: flag, variable, project, user, default, each where there is one', (key) => {
    const [flag, variable, project, user] = values[key];
    const all = {
      flags: { [key]: flag },
      environment: { [variableOf(key)]: variable },
      project: { path: 'project.json', values: { [key]: project } },
      user: { path: 'settings.json', values: { [key]: user } },
    };
    const said = layersOf(key, all);
    const expected = { flag, environment: variable, project, user };
    for (const { layer, value } of said) if (layer !== 'default') expect(String(value)).toBe(expected[layer]);
    // each layer taken away lets the next one through
    said.forEach((word, place) => {
      const below = said.slice(place).find(({ value }) => value !== null);
      expect(holding(said.slice(place))).toEqual(below ?? { layer: 'default', source: null, value: null });
      expect(word.layer === 'default' || word.value !== null).toBe(true);
    });
    expect(said.some(({ layer }) => layer === 'project')).toBe(['task', 'size', 'ttl', 'namePrefix'].includes(key));
  });

  it('an empty variable says nothing', () => {
    const sources = { flags: {}, environment: { ALEPH_AGENT_TTL: '' }, project: null, user: { path: 's', values: { ttl: '2h' } } };
    expect(holding(layersOf('ttl', sources))).toEqual({ layer: 'user', source: 's', value: '2h' });
  });

  it('a variable that points at a devnet names the network', () => {
    const sources = {
      flags: {},
      environment: { ALEPH_AGENT_DEVNET: 'http://127.0.0.1:1' },
      project: null,
      user: { path: 's', values: { network: 'mainnet' } },
    };
    expect(holding(layersOf('network', sources))).toMatchObject({ layer: 'environment', source: 'ALEPH_AGENT_DEVNET', value: 'devnet' });
  });

  it.each([
    ['ttl', '2', 'a duration'],
    ['size', '3', 'one of 1, 2, 4, 6, 8, 12'],
    ['size', 'large', 'one of 1, 2, 4'],
    ['output', 'yaml', 'one of text, json, ndjson'],
    ['task', 'Not A Name', 'a name'],
    ['namePrefix', 'x'.repeat(21), 'at most 20'],
  ] as const)('%s "%s" is refused where it stood, with what would be right', (key, text, right) => {
    expect(() => settingValue(key, text, variableOf(key))).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(new RegExp(`^ALEPH_AGENT_[A-Z_]+ "${text}" .*${right}`)) }),
    );
  });
});
