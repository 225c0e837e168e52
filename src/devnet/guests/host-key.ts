import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

const string = (data: Buffer | string): Buffer => {
  const bytes = Buffer.from(data as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const pairOf = (name: string): { seed: Buffer; point: Buffer } => {
  const seed = createHash('sha256').update(`aleph-agent devnet host key\n${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  return { seed, point: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32) };
};

/** The public half of `hostKey`, as sshd writes it: `ssh-ed25519 AAAA…`. */
export const publicHostKey = (name: string): string =>
  `ssh-ed25519 ${Buffer.concat([string('ssh-ed25519'), string(pairOf(name).point)]).toString('base64')}`;

/** An ed25519 host key in OpenSSH's own format, the same for the same name: a guest keeps its key over restarts of everything. */
export const hostKey = (name: string): string => {
  const { seed, point } = pairOf(name);
  const check = seed.subarray(0, 4);
  const pair = Buffer.concat([string('ssh-ed25519'), string(point), string(Buffer.concat([seed, point])), string('')]);
  const secret = Buffer.concat([check, check, pair]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    string('none'),
    string('none'),
    string(''),
    Buffer.from([0, 0, 0, 1]),
    string(Buffer.concat([string('ssh-ed25519'), string(point)])),
    string(Buffer.concat([secret, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
};
