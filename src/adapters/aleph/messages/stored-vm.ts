import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { MessageStatus } from '../../../ports/network/messages.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { type DescribedVm, listedVm, wireInstance } from './listed-vm.ts';
import { wireStatus } from './message-status.ts';

const skeleton = z.object({
  item_hash: z.string(),
  type: z.literal('INSTANCE'),
  sender: z.string(),
  owner: z.string().nullish(),
  time: z.unknown().optional(),
});
const shape = z.object({
  status: wireStatus,
  item_hash: z.string(),
  message: z.unknown().optional(),
  messages: z.array(z.unknown()).nullish(),
});

type Stored = DescribedVm & { status: MessageStatus };

const nothing = { vcpus: 0, memoryMib: 0, diskMib: 0, computeUnits: 0, image: '', imageHash: '' };

/** Forgotten and removed messages keep sender and owner; their content is gone (protocol-ccn.md §2.6). */
const remains = (id: string, status: MessageStatus, message: unknown): Stored | null => {
  const found = skeleton.safeParse(message).data;
  if (found === undefined || found.item_hash !== id) return null;
  const signedAt = typeof found.time === 'number' ? Math.round(found.time * 1000) : 0;
  const { sender, owner } = found;
  return { id, sender, owner: owner ?? sender, signedAt, ours: false, label: null, expiresAt: null, nodeHash: null, spec: nothing, status };
};

/**
 * The INSTANCE as the first host has it that has it with its signed text, else as the first that has it at all; null when none knows the id, or knows it as something else. Of one that
 * is forgotten or removed only sender and owner remain: label null, spec all zero.
 */
export const storedVm = async (ccn: CcnHosts, id: string): Promise<Stored | null> => {
  let faults = 0;
  let textless: Stored | null = null;
  for (const host of ccn.inOrder()) {
    const reading = await ccn.from(host, `/api/v0/messages/${encodeURIComponent(id)}`, shape);
    if (reading.kind === 'status' && [400, 404, 410].includes(reading.status)) continue;
    if (reading.kind !== 'value' || reading.value.item_hash !== id) {
      faults += 1;
      continue;
    }
    const { status } = reading.value;
    const message = status === 'pending' ? reading.value.messages?.[0] : reading.value.message;
    if (status === 'forgotten' || status === 'removed') return remains(id, status, message);
    const instance = wireInstance.safeParse(message).data;
    if (instance === undefined) return null;
    const vm = instance.item_hash === id ? listedVm(instance) : null;
    if (vm === null) faults += 1;
    else if (vm.owner !== null) return { ...vm, status };
    else textless ??= { ...vm, status };
  }
  if (textless === null && faults === ccn.hosts.length)
    throw new Failure('NETWORK_UNAVAILABLE', `No CCN host gives a usable answer about message ${id}.`);
  return textless;
};
