import type { GrantEntry } from '../../domain/grants/grant-entry.ts';
import { lets } from '../../domain/grants/grant-powers.ts';
import type { OwnedResource } from '../../ports/network/accounts.ts';

/** Item hashes of the VMs that these entries let somebody end: the plan names them, and what is done is held against the same. */
export const reachedVms = (owned: readonly OwnedResource[], entries: readonly GrantEntry[]): string[] =>
  owned.filter(({ type, channel }) => type === 'INSTANCE' && entries.some((entry) => lets(entry, { type, channel }))).map(({ id }) => id);
