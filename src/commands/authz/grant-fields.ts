import * as z from 'zod';

/** Input: an address with the capitals of EIP-55, because the network keeps accounts by the exact spelling. */
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hex digits');
