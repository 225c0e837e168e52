import { Failure } from '../../domain/failure/failure.ts';
import { jsonOf } from '../../domain/text/json-of.ts';
import type { Passphrase } from '../../ports/keys/keys.ts';
import { decryptKeystore, parseKeystore } from './decrypt-keystore.ts';

/**
 * The private key in what a person imports: 32 raw bytes (the official clients' `ethereum.key`), hex with or without `0x`, or a v3
 * keystore, which needs its passphrase (`KEY_LOCKED`). `KEY_INVALID` otherwise, without a word of the input.
 */
export const privateKeyOf = async (secret: Uint8Array, passphrase: Passphrase | null): Promise<string> => {
  if (secret.length === 32) return `0x${Buffer.from(secret).toString('hex')}`;
  const text = new TextDecoder().decode(secret).trim();
  const digits = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text)?.[1];
  if (digits !== undefined) return `0x${digits.toLowerCase()}`;
  const keystore = text.startsWith('{') ? parseKeystore(jsonOf(text)) : null;
  if (keystore === null) {
    throw new Failure('KEY_INVALID', 'This is no private key: 64 hex digits, 32 raw bytes or a keystore of version 3 would be.');
  }
  if (passphrase === null) {
    throw new Failure('KEY_LOCKED', 'This keystore has a passphrase: import it without --unencrypted, and it keeps that passphrase.');
  }
  const key = await decryptKeystore(keystore, await passphrase());
  if (key === null) throw new Failure('KEY_LOCKED', 'The passphrase does not open this keystore.');
  return key;
};
