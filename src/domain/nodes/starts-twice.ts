import { isOlder } from './node-version.ts';

/**
 * Does a node of this version leave a booting VM alone where it is told again to start it? Up to 1.14.0 nodes kill it then, and the network's
 * scheduler tells them within a minute on its own (protocol-crn.md §2.5); a version that is not known counts as one of these.
 */
export const startsTwice = (version: string | null): boolean => isOlder(version, '1.14.1') === false;
