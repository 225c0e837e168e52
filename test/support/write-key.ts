import { randomBytes } from 'node:crypto';
import { keystoreAt } from './keystore-at.ts';

/** Puts an unencrypted key `agent` for devnets into a home, as `keys import` does; a new one where no secret is given. */
export const writeKey = async (home: string, secret: string | null): Promise<{ address: string; privateKey: string }> => {
  const { keys } = keystoreAt(home);
  const privateKey = secret ?? `0x${randomBytes(32).toString('hex')}`;
  const { address } = await keys.import({ name: 'agent', network: 'devnet', secret: Buffer.from(privateKey), passphrase: null });
  return { address, privateKey };
};
