import { createHash } from 'node:crypto';
import { ethers } from 'ethers';

export interface DevnetAccount {
  /** Checksummed. */
  address: string;
  /** 0x and 64 hex digits. Known to everybody who knows the seed, unless the devnet has a secret. */
  privateKey: string;
}

export const ACCOUNT_COUNT = 10;
/** Credits that each account starts with: 10 USD. */
export const START_CREDITS = 10_000_000n;

/**
 * What a devnet's keys come from. `secret`: random, where its VMs run commands on this machine, because whoever can compute a key of an
 * account with credits can have a VM of his own there; null where they run none.
 */
export interface KeySource {
  seed: number;
  secret: string | null;
}

/** The account of that name on the devnet with those keys. */
export const namedAccount = ({ seed, secret }: KeySource, name: string): DevnetAccount => {
  const words = [seed, ...(secret === null ? [] : [secret]), name].join(' ');
  const privateKey = `0x${createHash('sha256').update(`aleph-agent devnet ${words}`).digest('hex')}`;
  return { address: ethers.utils.computeAddress(privateKey), privateKey };
};

/** The ten funded accounts. */
export const accounts = (keys: KeySource): DevnetAccount[] =>
  Array.from({ length: ACCOUNT_COUNT }, (_, index) => namedAccount(keys, `account ${index}`));
