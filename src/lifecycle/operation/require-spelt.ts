import { Failure, type Fix } from '../../domain/failure/failure.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Throws `USAGE` for an address without the capitals of EIP-55, which the network would take for another account. */
export const requireSpelt = async ({ signatures }: Pick<ReadContext, 'signatures'>, address: string, fix: Fix): Promise<void> => {
  await signatures.prepare();
  if (address === signatures.checksummed(address.toLowerCase())) return;
  const message = `"${address}" is not written with its checksum (EIP-55): for the network it is another account.`;
  throw new Failure('USAGE', message, { fix });
};
