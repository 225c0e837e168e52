import type { NodeSpec } from '../world/node-spec.ts';
import type { Vm } from '../world/node-state.ts';

export interface GuestAddress {
  ipv4Network: string;
  ipv4: string;
  ipv6Network: string;
  ipv6: string;
}

/** Static policy: the node's /64, group 3 for instances, then the hash's first eleven digits and the guest's own (protocol-crn.md 5.1, 5.2). */
export const guestAddress = (node: NodeSpec, vm: Pick<Vm, 'hash' | 'slot'>): GuestAddress => {
  const { hash } = vm;
  const group = (digits: string): string => Number.parseInt(digits, 16).toString(16);
  const head = `${node.ipv6Prefix}:3:${group(hash.slice(0, 4))}:${group(hash.slice(4, 8))}`;
  const block = `172.${16 + Math.floor(vm.slot / 256)}.${vm.slot % 256}`;
  return {
    ipv4Network: `${block}.0/24`,
    ipv4: `${block}.2`,
    ipv6Network: `${head}:${group(`${hash.slice(8, 11)}0`)}/124`,
    ipv6: `${head}:${group(`${hash.slice(8, 11)}1`)}`,
  };
};
