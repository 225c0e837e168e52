import { isOlder } from './node-version.ts';

/** Does a node of this version take calls on a VM from whom its payer has let act? Older ones take the payer's own alone (protocol-crn.md §3.5). */
export const takesDelegates = (version: string | null): boolean => isOlder(version, '1.9.0') === false;
