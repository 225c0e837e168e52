import { AuthenticatedAlephHttpClient } from '@aleph-sdk/client';
import { importAccountFromPrivateKey } from '@aleph-sdk/ethereum';
import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { atDevnetTime } from '../devnet/at-devnet-time.ts';
import type { AnyDevnet, AnyHome } from '../devnet/devnet-process.ts';

export const grantedOn = 'ALEPH-AGENT-0123456789ab';

/** The payer's whole list of grants, the narrow one for each of these keys, as its owner sets it with another client. */
export const grantByClient = async (
  devnet: Pick<AnyDevnet, 'ccn' | 'now' | 'advance'>,
  payer: Pick<AnyHome, 'privateKey'>,
  keys: readonly string[],
): Promise<void> => {
  const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(payer.privateKey), devnet.ccn);
  const content = { authorizations: keys.map((key) => narrowEntry(key, grantedOn)) };
  await atDevnetTime(await devnet.now(), () => client.createAggregate({ key: 'security', content, channel: 'security', sync: true }));
  await devnet.advance(3_000);
};
