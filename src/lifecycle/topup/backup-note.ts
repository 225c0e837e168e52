import { commandLine } from '../../domain/suggest/command-line.ts';
import type { ReadContext } from '../../ports/context.ts';

/** What a person should know before money comes to an address for the first time: without its key the money is lost. Empty where nothing. */
export const backupNote = async (context: ReadContext, account: string): Promise<string[]> => {
  const entry = context.keys.list().find(({ address, network }) => address === account && network === context.network);
  if (entry === undefined || entry.backedUpAt !== null) return [];
  return [
    `The key "${entry.name}" has no backup: without the key these credits are lost. Make one first: ${commandLine('keys backup', entry.name, 'FILE')}`,
  ];
};
