import * as z from 'zod';
import { plainUnit, unitWords } from '../../domain/money/compute-unit.ts';
import type { SizeRequest } from '../../domain/money/size.ts';
import type { Withdrawn } from '../declare/command.ts';
import { mib } from './fields.ts';

/** Inputs for a VM's size: compute units, or vCPUs, memory and disk; and its GPUs. */
export const sizeFields = {
  cu: z
    .int()
    .min(1)
    .max(12)
    .optional()
    .meta({ setting: 'size', unless: ['vcpus', 'memory', 'gpu'] })
    .describe(`Units of ${unitWords(plainUnit)}`),
  vcpus: z.int().min(1).max(256).optional().describe('vCPUs, instead of --cu'),
  memory: mib(1_048_576).optional().describe('Memory like 4GiB, instead of --cu'),
  disk: mib(1_953_125).optional().describe('Root disk like 20GiB'),
  gpu: z.array(z.string()).default([]).describe('GPU model; brings its own size'),
};

/** Sizes that were offered once. A confidential VM could be planned and priced, and never made. */
export const withdrawnSizes: Readonly<Record<string, Withdrawn>> = {
  confidential: {
    code: 'CONFIDENTIAL_UNSUPPORTED',
    message:
      'aleph-agent makes no confidential VMs: such a VM boots only once its owner has given its disk a secret, which this tool cannot do. Nothing was sent.',
  },
};

interface SizeInput {
  cu?: number | undefined;
  vcpus?: number | undefined;
  memory?: number | undefined;
  disk?: number | undefined;
}

export const sizeRequest = ({ cu, vcpus, memory, disk }: SizeInput): SizeRequest => ({
  computeUnits: cu,
  vcpus,
  memoryMib: memory,
  diskMib: disk,
});
