import { cleanUntrustedLine } from '../text/untrusted.ts';

/** More would push a node's figures off a terminal. */
const longest = 24;

/** What a node calls itself, as the cell of a list to choose from. */
export const nodeNameCell = (untrustedName: string): string => [...cleanUntrustedLine(untrustedName)].slice(0, longest).join('');
