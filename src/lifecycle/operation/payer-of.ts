import { Failure } from '../../domain/failure/failure.ts';
import type { CommandName } from '../../domain/suggest/command-name.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { requireSpelt } from './require-spelt.ts';

/** The account that is to pay: the one that `--payer` or the settings name, else the account itself. `USAGE` for one without its capitals. */
export const payerOf = async (context: Pick<ReadContext, 'caller' | 'signatures'>, account: string): Promise<string> => {
  const { payer } = context.caller;
  if (payer === null || payer.toLowerCase() === account.toLowerCase()) return account;
  await requireSpelt(
    context,
    payer,
    human("Copy the payer's address from its owner: keys show prints it with its capitals there.", 'keys show'),
  );
  return payer;
};

/** Throws `USAGE` where a payer is named for a command that moves the key's own credits: a grant lets nobody move the payer's. */
export const refuseWithPayer = ({ caller }: Pick<ReadContext, 'caller'>, command: CommandName): void => {
  if (caller.payer === null) return;
  throw new Failure('USAGE', `${command} is about the credits of this key's own account, and ${caller.payer} is named as the payer.`, {
    sideEffects: 'none',
    fix: human("Leave --payer out. The payer's owner moves the payer's credits, with the payer's key.", 'config explain', 'payer'),
  });
};
