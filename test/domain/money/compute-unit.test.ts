import { expect, it } from 'vitest';
import create from '../../../src/commands/vm/create.ts';
import { describe as described, inputSchemaOf } from '../../../src/contract/declare/describe.ts';
import { defaultPricing } from '../../../src/devnet/ccn/pricing/default-aggregates.ts';
import { limitTable } from '../../../src/domain/limits/limit-table.ts';
import { gpuUnit, plainUnit, unitWords } from '../../../src/domain/money/compute-unit.ts';
import { core } from '../../../src/surfaces/profile/core.ts';

type Product = 'instance' | 'instance_gpu_standard' | 'instance_gpu_premium';

/** What the network's own price table calls one compute unit of a product, in words. */
const published = (product: Product): string => {
  const { vcpus, memory_mib: memory, disk_mib: disk } = defaultPricing[product].compute_unit;
  return `${vcpus} vCPU, ${memory / 1024} GiB, ${disk / 1024} GiB disk`;
};

it("I-12 a compute unit is what the network's price table says, of a VM with GPUs another one", () => {
  expect(unitWords(plainUnit)).toBe(published('instance'));
  expect(unitWords(gpuUnit)).toBe(published('instance_gpu_standard'));
  expect(unitWords(gpuUnit)).toBe(published('instance_gpu_premium'));
  expect(unitWords(gpuUnit)).not.toBe(unitWords(plainUnit));
});

it('I-12 flags, limits and profile say both', () => {
  const flags = inputSchemaOf(create).properties ?? {};
  expect(flags['cu']?.description).toContain(published('instance'));
  expect(flags['gpu']?.description).toContain('its own size');
  const { help, fact } = limitTable.maxComputeUnits.shown;
  for (const words of [published('instance'), published('instance_gpu_standard'), 'the approval that it always needs lifts this limit'])
    expect(help).toContain(words);
  expect(fact[1](4)).toBe('of at most 4 compute units; GPU VMs ask');
  const profile = core([described(create)]).replaceAll(/\s+/g, ' ');
  expect(profile).toContain(`A compute unit (CU) is ${published('instance')}; of a VM with GPUs ${published('instance_gpu_premium')}`);
});
