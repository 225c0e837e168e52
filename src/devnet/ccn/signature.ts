import { ethers } from 'ethers';
import { solanaSignatureHolds } from '../world/solana-signature.ts';
import type { Envelope } from './message.ts';

/** Chains whose accounts sign as Ethereum's do (protocol-ccn §1.4). */
export const evmChains = [
  'ETH',
  'ETHERLINK',
  'ARB',
  'AVAX',
  'BASE',
  'BLAST',
  'BOB',
  'BSC',
  'CYBER',
  'FRAX',
  'HYPE',
  'INK',
  'LENS',
  'LINEA',
  'LISK',
  'METIS',
  'MODE',
  'NEO',
  'OP',
  'POL',
  'SONIC',
  'UNICHAIN',
  'WLD',
  'ZORA',
];
const solanaChains = ['SOL', 'ES'];
/** Of the others the devnet can verify no signature. */
export const knownChains = [...evmChains, ...solanaChains, 'DOT', 'CSDK', 'NULS', 'NULS2', 'TEZOS'];

type Signed = Pick<Envelope, 'chain' | 'sender' | 'type' | 'item_hash'>;

/** The bytes under a message's signature (protocol-ccn §1.3): four lines, the sender spelled as sent. */
export const verificationBuffer = (message: Signed): Uint8Array =>
  new TextEncoder().encode(`${message.chain}\n${message.sender}\n${message.type}\n${message.item_hash}`);

/** Whether the sender signed this. Case of the sender and a leading 0x of the signature do not matter. */
export const signatureHolds = (message: Signed & Pick<Envelope, 'signature'>): boolean => {
  if (message.signature === null) return false;
  if (solanaChains.includes(message.chain)) return solanaSignatureHolds(message.sender, verificationBuffer(message), message.signature);
  if (!evmChains.includes(message.chain)) return false;
  const signature = message.signature.startsWith('0x') ? message.signature : `0x${message.signature}`;
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return false;
  try {
    return ethers.utils.verifyMessage(verificationBuffer(message), signature).toLowerCase() === message.sender.toLowerCase();
  } catch {
    return false;
  }
};

/** Signs as an account of the devnet would; the key is a 0x hex string. */
export const signMessage = (message: Signed, privateKey: string): string =>
  ethers.utils.joinSignature(new ethers.utils.SigningKey(privateKey).signDigest(ethers.utils.hashMessage(verificationBuffer(message))));
