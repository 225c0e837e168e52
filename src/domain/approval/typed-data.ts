import { createHash } from 'node:crypto';

/** What is signed by EIP-712: flat messages of our own types only. Numbers are decimal strings. */
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

/**
 * Our own domain: no signature under it is one of Aleph's messages (EIP-191), of another program, or of another network. The
 * salt is made of the network's name; each message names it as well, for whoever reads before signing.
 */
export const typedDomain = (network: string): TypedData['domain'] => ({
  name: domainName,
  version: '1',
  salt: `0x${createHash('sha256').update(`${domainName} network ${network}`, 'utf8').digest('hex')}`,
});

const domainFields: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'salt', type: 'bytes32' },
];

/** As `eth_signTypedData_v4` of any wallet takes it. */
export const walletRequest = ({ domain, types, primaryType, message }: TypedData) => ({
  domain,
  types: { EIP712Domain: domainFields, ...types },
  primaryType,
  message,
});
