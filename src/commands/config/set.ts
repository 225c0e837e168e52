import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { configKey } from './config-key.ts';
import { configLayers, configOutput, heldIn, hiding } from './config-words.ts';
import { toldValue } from './told-value.ts';
import { pathOf, storedAt, wantedValue } from './wanted-value.ts';

export default change({
  name: 'config set',
  summary: 'Set a value for all your calls',
  audience: 'owner',
  settingsOnly: true,
  safety: 'change',
  input: z.object({
    key: z.string().describe('ttl, chosenKey.NETWORK, networks.NAME.ccn'),
    value: z.string().optional().describe('For ccn, topup.priceSources and topup.rpc: URL,URL'),
    unset: z.boolean().default(false).describe('Back to the default'),
  }),
  positionals: ['key', 'value'],
  output: configOutput.extend({ changed: z.boolean() }),
  failures: ['KEY_NOT_FOUND', 'WRONG_NETWORK', 'CONFIG_INVALID'],
  examples: [
    { line: 'config set ttl 2h', why: 'VMs live two hours unless told' },
    { line: 'config set ttl --unset', why: 'as long as the policy says' },
    { line: 'config set networks.lab.ccn https://a.example,https://b.example', why: 'a network of yours; then crnsList and scheduler' },
    { line: 'config set networks.lab.private true', why: 'its hosts and CRNs may be on this machine or at private addresses' },
  ],
  async plan(context, { key, value, unset }, digest) {
    if (unset === (value !== undefined)) throw new Failure('USAGE', `Give a value for ${key}, or --unset, and not both.`);
    const wanted = value === undefined ? null : wantedValue(context, configKey(key), key, value);
    const path = pathOf(context, configKey(key), key, unset);
    const changed = JSON.stringify(storedAt(context.settings, path)) !== JSON.stringify(wanted);
    const summary = wanted === null ? `Take ${key} out of the settings.` : `Set ${key} to ${toldValue(configKey(key), wanted)}.`;
    return freePlan(context, 'config set', digest, summary, { key, path, wanted, changed });
  },
  async apply(context, { subject: { key, path, wanted, changed } }) {
    if (changed) await context.settings.put(path, wanted);
    // what was read when the call began is older than what was put
    const layers = (await configLayers(context, configKey(key))).map((word) =>
      word.layer === 'user' ? { ...word, value: toldValue(configKey(key), wanted) } : word,
    );
    const hidden = hiding(layers, 'user');
    if (hidden !== null) context.warn('SETTING_HIDDEN', `Here ${hidden.source ?? hidden.layer} says ${hidden.value}, and holds.`);
    return { ...heldIn(key, layers), changed };
  },
  text: ({ key, value, changed }) => (changed ? `${key} is ${value ?? 'not set'}` : `${key} is ${value ?? 'not set'} already`),
  next: ({ key }) => [hint('what holds, and why', 'config explain', key)],
});
