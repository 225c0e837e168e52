import * as z from 'zod';
import { isNearHost } from '../../domain/reach/near-host.ts';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';
import { isName } from '../../domain/text/names.ts';

const isHostUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isNearHost(url.hostname));
};

/** The account's money depends on what a host says, so nobody on the way may change its answers. */
const url = z.string().refine(isHostUrl, 'an https URL without a password in it, or http on this machine or at a private address');

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address');

/** Where a private network sells credits. Ethereum's are pinned and stand in no file. */
export const creditChain = z.strictObject({
  chainId: z.int().min(2, 'a chain other than Ethereum, whose contract is built in'),
  contract: address,
  tokens: z.strictObject({ usdc: address, aleph: address }),
  confirmations: z.int().min(1).max(1000).default(3),
});

/** The hosts of a network, as far as they were given. */
export const hostsSchema = z.strictObject({
  ccn: z.array(url).min(1, 'one URL or more').optional(),
  crnsList: url.optional(),
  scheduler: url.optional(),
  private: z.boolean({ error: 'true or false' }).optional(),
  rpc: url.nullable().default(null),
  chain: creditChain.nullable().optional(),
  control: z.string().refine(isLoopbackUrl, 'an http URL on this machine').nullable().default(null),
});

export const hostKeys = ['ccn', 'crnsList', 'scheduler', 'private', 'rpc', 'control'] as const;

export const keyOrNetworkName = z.string().refine(isName, 'a name of 1 to 40 of a-z, 0-9 and "-"');

export const ownNetworkName = keyOrNetworkName.refine(
  (given) => given !== 'mainnet' && given !== 'devnet',
  'a name other than mainnet and devnet, which are built in',
);

export const networksSchema = z.record(ownNetworkName, hostsSchema);
