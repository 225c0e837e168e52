import { parseInstant } from '../text/instant.ts';
import { contentOf, type Stored } from './signed-text.ts';
import type { VmRecord } from './vm-record.ts';

/**
 * What the signed INSTANCE of a VM says of its life, ms, and who pays for it. The VM's item hash is the hash of that content, so nobody can change it: neither a
 * CCN host nor whoever edits the ledger.
 */
export interface Birth {
  signedAt: number;
  /** null where the message names no expiry of ours. */
  expiresAt: number | null;
  /** The account that pays; null where a host withholds the text that says so. */
  owner: string | null;
}

/** Reads the birth from the stored message of a VM; null where that is not what was signed. */
export const birthIn = (stored: Stored): Birth | null => {
  const content = contentOf(stored);
  const owner = content?.['address'];
  if (content === null || typeof content['time'] !== 'number' || typeof owner !== 'string') return null;
  const { expires } = (content['metadata'] ?? {}) as { expires?: unknown };
  const signedAt = Math.round(content['time'] * 1000);
  return { signedAt, expiresAt: typeof expires === 'string' ? parseInstant(expires) : null, owner };
};

/** The row with the signing time and the payer that its INSTANCE proves, and an expiry no earlier than the public record has (ms). */
export const asPublic = <Row extends Pick<VmRecord, 'payer' | 'signedAt' | 'expiresAt'>>(
  vm: Row,
  birth: Birth | null,
  published: number | null,
): Row => ({
  ...vm,
  payer: birth?.owner ?? vm.payer,
  signedAt: birth?.signedAt ?? vm.signedAt,
  expiresAt: Math.max(vm.expiresAt, birth?.expiresAt ?? 0, published ?? 0),
});

/** When a VM ends by the public record, ms: the later of what its INSTANCE names and the journal has; its row's expiry where neither names one. */
export const publicExpiry = ({ expiresAt }: Pick<VmRecord, 'expiresAt'>, birth: Birth | null, published: number | null): number =>
  Math.max(birth?.expiresAt ?? 0, published ?? 0) || expiresAt;
