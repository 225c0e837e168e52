import type { Unfit } from './node-fit.ts';

const words: Readonly<Record<Unfit, string>> = {
  notLinked: 'is not linked to a core node, so that nothing is placed there',
  inactive: 'is inactive by the list',
  noIpv6: 'has no IPv6 for VMs',
  noQemu: 'runs no instances (no QEMU)',
  terms: 'has terms and conditions that were not accepted',
  termsVersion:
    'has terms and conditions, and is not known to run version 2.0 or later, before which no VM paid by credits is taken with them',
  oldVersion: 'runs a version older than the network accepts',
  noGpu: 'has no such GPU free',
  notConfidential: 'cannot encrypt memory',
  usageUnknown: 'does not say what is free',
  memory: 'has too little memory left',
  vcpus: 'has too few vCPUs left',
  disk: 'has too little disk left',
};

/** The reasons in words that continue a sentence after "the node". */
export const unfitWords = (reasons: readonly Unfit[]): string => reasons.map((reason) => words[reason]).join(', ');
