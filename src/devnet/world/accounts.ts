import { createHash } from 'node:crypto';
import { ethers } from 'ethers';

export interface DevnetAccount {
  /** Checksummed. */
  address: string;
  /** 0x and 64 hex digits. Known to everybody who knows the seed: it guards nothing. */
  privateKey: string;
}

export const ACCOUNT_COUNT = 10;
/** Credits that each account starts with: 10 USD. */
export const START_CREDITS = 10_000_000n;

/** The account of that name on the devnet with that seed. */
export const namedAccount = (seed: number, name: string): DevnetAccount => {
  const privateKey = `0x${createHash('sha256').update(`aleph-agent devnet ${seed} ${name}`).digest('hex')}`;
  return { address: ethers.utils.computeAddress(privateKey), privateKey };
};

/** The ten funded accounts, fixed by the seed. */
export const accounts = (seed: number): DevnetAccount[] =>
  Array.from({ length: ACCOUNT_COUNT }, (_, index) => namedAccount(seed, `account ${index}`));
