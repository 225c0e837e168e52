import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { reachInWords } from '../../domain/grants/reach-words.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { checkGrants } from '../account/check-grants.ts';
import { grantOf } from '../operation/grant-of.ts';
import { payerOf } from '../operation/payer-of.ts';

/** Examines who may act for the account, in the words of authz check, and whether the payer that the caller names lets it act. */
export const examineGrants = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const delegates = await checkGrants(context, account, null);
  return [
    ...(await examinePayer(context, account)),
    ...(delegates.length === 0 ? [sound('grants', 'Nobody else may act for the account.')] : []),
    ...delegates.map((reach) => {
      const { changeGrants, moveCredits, runPrograms, storeFiles } = reach.powers;
      const wide = reach.grantBack !== 'to an owner' && (changeGrants || moveCredits || runPrograms || storeFiles);
      const says = reachInWords(reach, account);
      return wide
        ? found('warn', 'grants', says, human('Take back what it does not need.', 'authz revoke', reach.address))
        : sound('grants', says);
    }),
  ];
};

const examinePayer = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const payer = await payerOf(context, account);
  if (payer === account) return [];
  const channel = await grantOf(context, { account, payer });
  return [sound('payer', `${payer} lets this key rent VMs at its cost, on channel ${channel}, until it takes the grant back.`)];
};
