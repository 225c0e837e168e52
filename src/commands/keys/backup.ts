import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { keyFields, withUse } from './key-fields.ts';
import { newPassphrase } from './new-key.ts';

export default change({
  name: 'keys backup',
  summary: 'Copy a key to a file, encrypted with a new passphrase',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    name: z.string().describe('Its name'),
    file: z.string().describe('New file for the copy; keys import takes it'),
  }),
  positionals: ['name', 'file'],
  output: keyFields.extend({ file: z.string() }),
  failures: ['KEY_NOT_FOUND', 'KEY_LOCKED', 'KEY_INVALID', 'CONFIG_INVALID'],
  examples: [{ line: 'keys backup dev dev-key.json --passphrase-file passphrase.txt', why: 'a copy that opens with that passphrase' }],
  async plan(context, { name, file }, digest) {
    const { address } = context.keys.entry(name);
    if (file === '-') throw new Failure('USAGE', 'Invalid FILE "-": a backup goes into a file, since it is read back before it counts.');
    if ((await context.host.files.read(file)) !== null) {
      throw new Failure('USAGE', `"${file}" is there already, and a backup never overwrites a file.`, {
        fix: human('Name another file.'),
        facts: { file },
      });
    }
    return freePlan(context, 'keys backup', digest, `Write a copy of the key "${name}" (${address}) to ${file}.`, { name, file });
  },
  async apply(context, { subject: { name, file } }) {
    const { keys, host, settings } = context;
    // asked once for the copy, and kept to open it again
    let chosen: Promise<string> | null = null;
    const ask = newPassphrase(context, name);
    const passphrase = () => (chosen ??= ask());
    const { locked } = await keys.backup({ name, passphrase });
    await host.files.create(file, `${locked}\n`);
    const written = await host.files.read(file);
    if (written === null || !(await keys.opens({ name, secret: written, passphrase }))) {
      await host.files.remove(file);
      throw new Failure('KEY_INVALID', `The copy in ${file} does not open as the key "${name}", and was taken away again.`, {
        fix: human('Write it to another disk.'),
        facts: { file, key: name },
      });
    }
    return { ...withUse(keys.backedUp(name), settings), file };
  },
  text: (key, style) =>
    `${style.good('copied')} ${key.name} to ${key.file}; it was read back and opens with the passphrase that you chose.`,
  next: () => [hint('the keys on this machine', 'keys ls')],
});
