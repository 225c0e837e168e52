import { gibText } from './mib.ts';

/** What one compute unit is, as the network counts and prices it (protocol-ccn.md §5.4). */
interface ComputeUnit {
  vcpus: number;
  memoryMib: number;
  diskMib: number;
}

/** Of a VM without GPUs. */
export const plainUnit: ComputeUnit = { vcpus: 1, memoryMib: 2048, diskMib: 20_480 };

/** Of a VM with GPUs: each card brings several, and the VM has more only where its vCPUs or memory imply more. */
export const gpuUnit: ComputeUnit = { vcpus: 1, memoryMib: 6144, diskMib: 61_440 };

export const unitWords = ({ vcpus, memoryMib, diskMib }: ComputeUnit): string =>
  `${vcpus} vCPU, ${gibText(memoryMib)}, ${gibText(diskMib)} disk`;
