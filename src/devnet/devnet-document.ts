import type { Crn } from './crn/world/crn.ts';
import type { Generation } from './crn/world/node-spec.ts';
import type { DevnetEvm } from './evm/devnet-evm.ts';
import type { DevnetAccount } from './world/accounts.ts';
import type { DevnetOrigins } from './world/devnet-origins.ts';

/** What anybody may know of a devnet: control's `GET /`. */
export interface PublicDocument {
  /** Random, made with the devnet: what is signed for this one is worth nothing on another. Empty where an earlier version kept its state. */
  id: string;
  endpoints: { ccn: string; ccns: string[]; crnsList: string; scheduler: string; control: string };
  crns: { hash: string; name: string; address: string; generation: Generation }[];
  accounts: { address: string }[];
  /** Where its credits are sold. */
  evm: DevnetEvm | null;
}

/** What `devnet up` prints: with it come the accounts' keys and the token for control. */
export interface DevnetDocument extends PublicDocument {
  accounts: DevnetAccount[];
  token: string;
}

interface Parts {
  id: string;
  origins: DevnetOrigins;
  crns: readonly Crn[];
  accounts: readonly DevnetAccount[];
  evm: DevnetEvm | null;
}

export const publicDocument = ({ id, origins, crns, accounts, evm }: Parts): PublicDocument => ({
  id,
  endpoints: {
    ccn: origins.ccnA,
    ccns: [origins.ccnA, origins.ccnB],
    crnsList: `${origins.crnsList}/crns.json`,
    scheduler: origins.scheduler,
    control: origins.control,
  },
  crns: crns.map(({ spec, address }) => ({ hash: spec.hash, name: spec.name, address, generation: spec.generation })),
  accounts: accounts.map(({ address }) => ({ address })),
  evm,
});

export const devnetDocument = (parts: Parts & { token: string }): DevnetDocument => ({
  ...publicDocument(parts),
  accounts: parts.accounts.map(({ address, privateKey }) => ({ address, privateKey })),
  token: parts.token,
});
