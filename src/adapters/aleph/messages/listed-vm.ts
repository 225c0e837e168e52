import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseInstant } from '../../../domain/text/instant.ts';
import { cleanUntrustedLine } from '../../../domain/text/untrusted.ts';
import type { ListedVm } from '../../../ports/network/messages.ts';
import { parsed } from '../http/read-json.ts';
import { deviceId } from '../http/wire-values.ts';
import { imageName } from './pinned-images.ts';
import { usualModel } from './usual-models.ts';

/** Far above any machine; what is larger is a lie that the ledger's 64 bits could not hold the cost of. */
const count = z
  .int()
  .positive()
  .max(2 ** 26);
const content = z.object({
  address: z.string().max(128),
  time: z.number().nonnegative().max(9_223_372_036),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  resources: z.object({ vcpus: count.max(4096).default(1), memory: count.default(128) }),
  rootfs: z.object({ parent: z.object({ ref: z.string().max(128) }), size_mib: count }),
  requirements: z
    .object({
      node: z.object({ node_hash: z.string().max(128).nullish() }).nullish(),
      gpu: z
        .array(z.object({ device_id: deviceId }))
        .max(64)
        .nullish(),
    })
    .nullish(),
  environment: z.object({ trusted_execution: z.unknown().optional() }).nullish(),
});

/** An INSTANCE message as lists and single reads carry it. */
export const wireInstance = z.object({
  // A hash, or the name of a file in IPFS: it becomes part of paths.
  item_hash: z.string().regex(/^[0-9A-Za-z]{1,128}$/),
  type: z.literal('INSTANCE'),
  sender: z.string().max(128),
  chain: z.string().max(32).nullish(),
  signature: z.string().max(4096).nullish(),
  item_content: z.string().nullish(),
  content: z.unknown().optional(),
});

/** A VM as its message describes it, whoever lists it. */
export type DescribedVm = Omit<ListedVm, 'listedBy' | 'deniedBy'>;

/**
 * The VM that a message describes; null where the message is not what it says. The id is the hash of the content, so
 * inline content is taken only when it hashes to the id: a host cannot alter what it stores. Ours is always inline; of any other kind
 * of content nothing proves a payer, a marker or an expiry.
 */
export const listedVm = (message: z.output<typeof wireInstance>): DescribedVm | null => {
  const text = message.item_content;
  if (text != null && createHash('sha256').update(text, 'utf8').digest('hex') !== message.item_hash) return null;
  const read = text != null ? parsed(text, content)?.value : content.safeParse(message.content).data;
  if (read === undefined) return null;
  const { vcpus, memory } = read.resources;
  const gpus = (read.requirements?.gpu ?? []).map(({ device_id: device }) => usualModel(device));
  const metadata = read.metadata ?? {};
  const { name, expires } = metadata;
  return {
    id: message.item_hash,
    sender: message.sender,
    owner: text != null ? read.address : null,
    signedAt: Math.round(read.time * 1000),
    ours: text != null && metadata['aleph-agent'] === 1,
    label: typeof name === 'string' ? cleanUntrustedLine(name).slice(0, 128) : null,
    expiresAt: text != null && typeof expires === 'string' ? parseInstant(expires) : null,
    nodeHash: read.requirements?.node?.node_hash ?? null,
    spec: {
      vcpus,
      memoryMib: memory,
      diskMib: read.rootfs.size_mib,
      computeUnits: Math.max(vcpus, Math.ceil(memory / (gpus.length === 0 ? 2048 : 6144))),
      image: imageName(read.rootfs.parent.ref),
      imageHash: read.rootfs.parent.ref,
      ...(gpus.length === 0 ? {} : { gpus }),
      ...(read.environment?.trusted_execution == null ? {} : { confidential: true }),
    },
  };
};
