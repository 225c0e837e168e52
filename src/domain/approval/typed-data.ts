import { createHash } from 'node:crypto';

/** A message to be signed by EIP-712: always flat and of one of our own types. Numbers are decimal strings. */
export interface TypedData {
  domain: { name: string; version: string; salt: string };
  types: Readonly<Record<string, readonly TypedField[]>>;
  primaryType: string;
  message: Readonly<Record<string, string>>;
}

export interface TypedField {
  name: string;
  type: 'string' | 'address' | 'uint256' | 'bytes32';
}

const domainName = 'aleph-agent';

/** A network as signatures know it. */
export interface SignedNetwork {
  network: string;
  /** What tells one devnet from another; empty for a network that its name alone identifies. */
  networkId: string;
}

/**
 * Our own EIP-712 domain, so that no signature under it passes for a message of Aleph (EIP-191), of another program or of another network.
 * The salt is made of the network's name and, for a devnet, of its identity; each message also names the network in a field, for the person
 * who reads before signing.
 */
export const typedDomain = ({ network, networkId }: SignedNetwork): TypedData['domain'] => {
  const text = `${domainName} network ${network}${networkId === '' ? '' : ` ${networkId}`}`;
  return { name: domainName, version: '1', salt: `0x${createHash('sha256').update(text, 'utf8').digest('hex')}` };
};

const domainFields: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'salt', type: 'bytes32' },
];

/** The message in the form that a wallet's `eth_signTypedData_v4` takes. */
export const walletRequest = ({ domain, types, primaryType, message }: TypedData) => ({
  domain,
  types: { EIP712Domain: domainFields, ...types },
  primaryType,
  message,
});
