import { Failure } from '../../domain/failure/failure.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { checkName } from '../../domain/text/names.ts';
import type { ReadContext } from '../../ports/context.ts';

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
