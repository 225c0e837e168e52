import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { argumentsDigest } from '../../domain/text/arguments-digest.ts';
import { newKeyFields, withUse } from './key-fields.ts';
import { defaultKeyName, freeKeyName, newPassphrase, publicForEver } from './new-key.ts';

/** Why a copy is wanted: what no longer is, once the file is lost. */
const backUpWords = {
  account: 'Back it up: without the file, what the address holds is lost.',
  approver: 'Back it up: without the file, nobody signs its approvals.',
};

export default change({
  name: 'keys create',
  summary: 'Create a key for this network, encrypted with a passphrase',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    name: z.string().optional().describe('Its name; main if omitted, or the name of the network'),
    unencrypted: z.boolean().default(false).describe('No passphrase: a hot key in a 0600 file'),
    approver: z.boolean().default(false).describe('A key that signs approvals and nothing else'),
  }),
  positionals: ['name'],
  output: newKeyFields,
  failures: ['KEY_EXISTS', 'CONFIG_INVALID'],
  examples: [
    { line: 'keys create ci --unencrypted', why: 'a hot key: keep little on it' },
    { line: 'keys create boss --approver --passphrase-file passphrase.txt', why: 'on another machine, or as another user' },
    { line: 'keys create safe --passphrase-file passphrase.txt', why: 'locked, without a terminal' },
  ],
  async plan(context, input) {
    const { name, unencrypted, approver } = input;
    if (unencrypted && approver) {
      throw new Failure('USAGE', "An approver's key always has a passphrase: what any process can read approves nothing.");
    }
    const key = freeKeyName(context, name ?? (approver ? 'approver' : defaultKeyName(context.network)));
    return freePlan(
      context,
      'keys create',
      argumentsDigest('keys create', { ...input, name: key }),
      `Make the ${approver ? "approver's " : ''}key "${key}" for ${context.network}${unencrypted ? ', unencrypted' : ''}.`,
      { key },
    );
  },
  async apply(context, { subject: { key } }, { unencrypted, approver }) {
    const { keys, settings, network, warn } = context;
    const passphrase = unencrypted ? null : newPassphrase(context, key);
    const entry = await keys.create({ name: key, network, passphrase, role: approver ? 'approver' : 'account' });
    if (!approver) warn('PUBLIC_FOR_EVER', publicForEver(entry.address));
    return { ...withUse(entry, settings), file: keys.fileOf(key) };
  },
  text: (key, style) =>
    [
      `${style.good('made')} ${key.name} for ${key.network}: ${style.bold(key.address)}`,
      style.facts([['file', key.file]]),
      style.prose(`${key.kind === 'hot' ? 'Nothing locks it: whoever reads the file has the key. ' : ''}${backUpWords[key.role]}`),
    ].join('\n'),
  next: (key) => [
    key.role === 'approver'
      ? hint('where the agent is, by a person at a terminal', 'policy approver set', key.address)
      : hint('what it holds, once credits were sent to it', 'credits balance', { account: key.name, network: key.network }),
    hint('back it up', 'keys backup', key.name, `${key.name}-key.json`),
  ],
});
