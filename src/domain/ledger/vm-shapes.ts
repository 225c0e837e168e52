import { count, exactly, flag, list, nullable, oneOf, optional, type Shape, text } from '../stored/shape.ts';
import type { NodeRef, SshEndpoint, TeardownReceipt, VmSpec } from './vm-record.ts';

export const specShape: Shape<VmSpec> = exactly({
  vcpus: count,
  memoryMib: count,
  diskMib: count,
  computeUnits: count,
  image: text,
  imageHash: text,
  gpus: optional(list(text)),
  confidential: optional(flag),
});

export const nodeShape: Shape<NodeRef> = exactly({ hash: text, untrustedName: text, url: text });

const endpoint: Shape<SshEndpoint | null> = nullable(exactly({ host: text, port: count, user: text }));

const receipt: Shape<(Readonly<Omit<TeardownReceipt, 'forgottenBy'>> & { readonly forgottenBy: readonly string[] }) | null> = nullable(
  exactly({
    forgottenBy: list(text),
    eraseRequested: flag,
    nodeAnswer: nullable(oneOf('erased', 'absent', 'refused', 'unreachable')),
    disk: oneOf('purged', 'staysUntilOperatorCleans', 'unknown'),
    forwardsRemoved: nullable(flag),
    noLongerListed: nullable(flag),
  }),
);

/** What stands in the columns of a VM's row that hold JSON. */
export const vmShapes = { spec: specShape, node: nodeShape, endpoint, receipt };
