import type { Need } from './node-fit.ts';
import { isOlder } from './node-version.ts';

/**
 * Does a node of this version take a VM that is paid by credits and whose message names terms? The packages of 1.x hold aleph-message 1.0, which
 * refuses such a message but for a confidential VM (aleph-vm: packaging/Makefile, `aleph-message~=1.0.1` up to 1.14; aleph-message 1.1.0 takes
 * each). null: nobody knows.
 */
export const takesTerms = (version: string | null, { confidential }: Pick<Need, 'confidential'> = {}): boolean | null => {
  if (confidential === true) return true;
  const older = isOlder(version, '2.0.0');
  return older === null ? null : !older;
};
