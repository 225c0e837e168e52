import * as z from 'zod';
import { instant } from '../fields/fields.ts';

const problem = z.enum([
  'notLinked',
  'inactive',
  'noIpv6',
  'noQemu',
  'terms',
  'termsVersion',
  'oldVersion',
  'noGpu',
  'notConfidential',
  'usageUnknown',
  'memory',
  'vcpus',
  'disk',
  'unreached',
  'silent',
  'otherHash',
]);

/** A CRN as commands show it. Its name, version, URL and cards are the operator's own words. */
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
  untrustedGpus: z.array(z.string()).describe('Models of free cards'),
  confidential: z.boolean(),
  terms: z.string().nullable().describe('Item hash of terms to accept'),
  cores: z.int().nullable(),
  freeVcpus: z.int().nullable().describe('As the node admits'),
  freeMemoryMib: z.int().nullable(),
  freeDiskMib: z.int().nullable(),
  owner: z.string().nullable(),
  region: z.string().nullable().describe('By its address; seldom known'),
  roundTripMs: z.number().nullable().describe('Measured; null where not asked'),
  list: z.enum(['unasked', 'confirmed', 'stale', 'lies']).describe('What the list says, against the node itself'),
  problems: z.array(problem).describe('Why it will not do'),
  boots: z.int().describe('VMs of this account that came up there'),
  failures: z.int(),
  lastFailureAt: instant.nullable(),
  readySeconds: z.number().nullable().describe('Median until SSH'),
});

export type CrnOutput = z.output<typeof crnOutput>;
