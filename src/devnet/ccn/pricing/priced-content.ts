import type { Content } from '../message.ts';
import type { PaymentType } from './cost-line.ts';

export interface FileReference {
  ref: string;
  use_latest?: boolean;
  estimated_size_mib?: number | null;
}

/** What of a content pricing and dependencies look at, whatever its type. Filled contents are validated to fit. */
export interface PricedContent {
  payment?: { type: PaymentType } | null;
  resources: { vcpus: number; memory: number };
  environment: { internet: boolean; trusted_execution: object | null };
  requirements?: { gpu: { device_id: string }[] | null } | null;
  on?: { persistent: boolean | null };
  rootfs?: { parent: { ref: string; use_latest: boolean }; size_mib: number };
  code?: FileReference;
  runtime?: FileReference;
  data?: FileReference | null;
  /** Of a V-PROGRAM, whose files are bound by the roots of their hash trees. */
  workload?: { ref: string; hash_tree: string };
  volumes?: {
    ref?: string;
    hash_tree?: string;
    use_latest?: boolean;
    estimated_size_mib?: number | null;
    mount: string | null;
    size_mib?: number;
    parent?: { ref: string; use_latest: boolean } | null;
  }[];
  item_hash?: string;
  estimated_size_mib?: number | null;
}

export const priced = (content: Content): PricedContent => content as unknown as PricedContent;
