/** Calls and events of ERC-20, by the first bytes of their hashes; written out, so that reading a chain needs no library. */
const selectors = {
  decimals: '0x313ce567',
  balanceOf: '0x70a08231',
  allowance: '0xdd62ed3e',
  transfer: '0xa9059cbb',
} as const;

/** `Transfer(address,address,uint256)`. */
export const transferTopic = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

const word = (hex: string): string => hex.toLowerCase().padStart(64, '0');

/** An address as one word of 32 bytes, without `0x`. */
export const addressWord = (address: string): string => word(address.slice(2));

export const unitsWord = (units: bigint): string => word(units.toString(16));

export const callData = (name: keyof typeof selectors, ...words: readonly string[]): string => `${selectors[name]}${words.join('')}`;
