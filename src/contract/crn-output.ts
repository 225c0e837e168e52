import * as z from 'zod';
import type { CloudNode } from '../ports/nodes.ts';

/** A CRN as commands show it. Name, version and URL are the operator's words. */
export const crnOutput = z.object({
  crn: z.string().describe('First 12 digits of the hash'),
  hash: z.string(),
  untrustedName: z.string(),
  untrustedUrl: z.string(),
  untrustedVersion: z.string().nullable(),
  score: z.number(),
  active: z.boolean(),
  ipv6: z.boolean(),
  qemu: z.boolean(),
  gpu: z.boolean(),
  confidential: z.boolean(),
  terms: z.string().nullable(),
  cores: z.int().nullable(),
  freeMemoryMib: z.int().nullable(),
  freeDiskMib: z.int().nullable(),
  owner: z.string(),
});

export const toCrnOutput = (node: CloudNode): z.output<typeof crnOutput> => ({
  crn: node.hash.slice(0, 12),
  hash: node.hash,
  untrustedName: node.untrustedName,
  untrustedUrl: node.url,
  untrustedVersion: node.version,
  score: node.score,
  active: node.active,
  ipv6: node.ipv6,
  qemu: node.qemu,
  gpu: node.gpu,
  confidential: node.confidential,
  terms: node.terms,
  cores: node.cores,
  freeMemoryMib: node.memoryFreeMib,
  freeDiskMib: node.diskFreeMib,
  owner: node.owner,
});
