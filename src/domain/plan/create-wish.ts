import type { Extras } from '../money/product-price.ts';
import type { SizeRequest } from '../money/size.ts';

/** The caller's price ceilings in credits: a VM that costs more is refused; null for none. */
export interface Ceilings {
  maxHourly: bigint | null;
  maxTotal: bigint | null;
}

/** What a caller wants of a VM that is to be created, from whichever command. null: the policy or the program chooses. */
export interface CreateWish extends Ceilings {
  name: string | null;
  size: SizeRequest;
  /** GPU models as typed, and whether the VM's memory is to be encrypted. */
  extras: Extras;
  /** The image's slug, or the item hash of its STORE message. */
  image: string;
  ttlSeconds: number | null;
  /** `auto`, or the node's hash, URL or name. */
  crn: string;
  /** The caller accepts the terms of nodes that have some. */
  acceptTerms: boolean;
  /** null: a VM that lives for up to a day gets a guest timer. */
  guestTimer: boolean | null;
  /** SHA-256 in hex of the script that is to run in the VM; null for none. */
  setup: string | null;
  task: string | null;
  requestId: string | null;
  argumentsDigest: string;
}
