import { Failure } from '../../domain/failure/failure.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { checkName } from '../../domain/text/names.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';

/** What is called when no name is given: `main`, elsewhere than on mainnet the network's own name. */
export const defaultKeyName = (network: string): string => (network === 'mainnet' ? 'main' : network);

/** The name, checked before anything is asked for or made. A private key given as a name is refused without being repeated. */
export const freeKeyName = ({ keys }: Pick<ReadContext, 'keys'>, name: string): string => {
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(name)) {
    throw new Failure('USAGE', 'A private key stands where the name belongs. It now is in your shell history: do not use it any more.', {
      fix: human(`Give a new key on stdin: ${commandLine('keys import', 'NAME', { privateKey: '-', unencrypted: true })}.`),
    });
  }
  checkName(name);
  if (!keys.list().some((key) => key.name === name)) return name;
  throw new Failure('KEY_EXISTS', `There is a key called "${name}" already; keys are never overwritten.`, {
    fix: agent('Take another name, or use the key that is there.', 'keys ls'),
    facts: { key: name },
  });
};

/** Said once, when a key comes into being (product.md §1 rule 11). */
export const publicForEver = (address: string): string =>
  `With its first message the address ${address} becomes public for ever, and with it every VM, its size, its times and its cost.`;

/** A passphrase that whoever copies the file would soon find: short, digits alone, or the same few signs again and again. */
const isWeak = (passphrase: string): boolean => passphrase.length < 12 || /^\d+$/.test(passphrase) || new Set(passphrase).size < 6;

const weakWords = 'The passphrase is weak: whoever copies the file may guess it. Four or more random words are better.';

/** Asks for the passphrase of a new key, and warns of a weak one, which is the owner's to choose. */
export const newPassphrase =
  ({ secrets, warn }: Pick<ChangeContext, 'secrets' | 'warn'>, key: string) =>
  async (): Promise<string> => {
    const given = await secrets.passphrase({ use: 'new', key }, null);
    if (isWeak(given)) warn('PASSPHRASE_WEAK', weakWords);
    return given;
  };
