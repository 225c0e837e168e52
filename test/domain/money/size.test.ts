import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { offeredUnits, type SizeRequest, sizeOf } from '../../../src/domain/money/size.ts';

describe('the size of a VM', () => {
  it('is one compute unit when nothing is said', () => {
    expect(sizeOf({})).toEqual({ vcpus: 1, memoryMib: 2048, diskMib: 20_480, computeUnits: 1 });
  });

  it.each(offeredUnits)('%i CU is a tier of the network', (units) => {
    expect(sizeOf({ computeUnits: units })).toEqual({
      vcpus: units,
      memoryMib: units * 2048,
      diskMib: units * 20_480,
      computeUnits: units,
    });
  });

  it('follows from what is said', () => {
    expect(sizeOf({ vcpus: 3 })).toEqual({ vcpus: 3, memoryMib: 6144, diskMib: 61_440, computeUnits: 3 });
    expect(sizeOf({ memoryMib: 4000 })).toEqual({ vcpus: 2, memoryMib: 4000, diskMib: 40_960, computeUnits: 2 });
    expect(sizeOf({ vcpus: 1, memoryMib: 2049 })).toEqual({ vcpus: 1, memoryMib: 2049, diskMib: 40_960, computeUnits: 2 });
    expect(sizeOf({ computeUnits: 2, diskMib: 10_240 }).diskMib).toBe(10_240);
    expect(sizeOf({}, 30_000).diskMib).toBe(30_000);
  });

  it.each<[SizeRequest, string, number?]>([
    [{ computeUnits: 5 }, '--cu 5'],
    [{ computeUnits: 0 }, '--cu 0'],
    [{ computeUnits: 1, vcpus: 1 }, '--cu'],
    [{ vcpus: 0 }, '--vcpus 0'],
    [{ vcpus: 257 }, '--vcpus 257'],
    [{ vcpus: 1.5 }, '--vcpus 1.5'],
    [{ vcpus: Number.NaN }, '--vcpus NaN'],
    [{ memoryMib: 1_048_577 }, '--memory 1048577'],
    [{ vcpus: 1, memoryMib: 1_048_577 }, '--memory 1048577'],
    [{ memoryMib: -1 }, '--memory -1'],
    [{ diskMib: 1_953_126 }, '--disk 1953126'],
    [{ diskMib: 100 }, '--disk 100', 4096],
  ])('XA-15: %j is refused, and named', (request, named, minDisk = 0) => {
    expect(() => sizeOf(request, minDisk)).toThrow(Failure);
    expect(() => sizeOf(request, minDisk)).toThrow(named);
  });

  it('holds what was asked for, always', () => {
    const request = fc.record({ vcpus: fc.integer({ min: 1, max: 256 }), memoryMib: fc.integer({ min: 1, max: 524_288 }) });
    fc.assert(
      fc.property(request, (asked) => {
        const size = sizeOf(asked);
        return (
          size.vcpus === asked.vcpus &&
          size.memoryMib === asked.memoryMib &&
          size.computeUnits * 2048 >= size.memoryMib &&
          size.computeUnits >= size.vcpus
        );
      }),
    );
  });
});
