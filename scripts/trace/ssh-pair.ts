import { createPrivateKey, createPublicKey } from 'node:crypto';

/** What stands before the 32 bytes of an ed25519 key in PKCS #8. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const fields = (...values: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(values.map(Buffer.from).flatMap((value) => [number(value.length), value]));

/** The SSH pair of these 32 bytes, in OpenSSH's form: a VM's item hash covers the public half, and its boot takes as long as the devnet draws from that hash. */
export const sshPair = (seed: Uint8Array): { privateKey: string; publicKey: string } => {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const half = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
  const publicKey = fields('ssh-ed25519', half);
  const secret = Buffer.concat([number(7), number(7), fields('ssh-ed25519', half, Buffer.concat([seed, half]), '')]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    fields('none', 'none', ''),
    number(1),
    fields(publicKey, Buffer.concat([secret, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `ssh-ed25519 ${publicKey.toString('base64')}`,
  };
};
