import type { Content } from './message.ts';
import { priced } from './pricing/priced-content.ts';

export interface VmReference {
  name: string;
  ref: string;
  useLatest: boolean;
  /** Bytes the volume offers; null where it takes the file's own size. */
  bytes: number | null;
  /** A STORE that is one of these cannot be forgotten; parents of data volumes can (protocol-ccn §4.3). */
  binds: boolean;
}

const MIB = 1024 * 1024;

/** The files that a VM is made of. */
export const vmReferences = (content: Content): VmReference[] => {
  const { rootfs, code, runtime, data, workload, volumes } = priced(content);
  const file = (name: string, part: { ref: string; use_latest?: boolean } | null | undefined): VmReference[] =>
    part == null ? [] : [{ name, ref: part.ref, useLatest: part.use_latest ?? true, bytes: null, binds: true }];
  const tree = (name: string, ref: string | undefined): VmReference[] => file(`${name} hash tree`, ref === undefined ? null : { ref });
  return [
    ...(rootfs
      ? [{ name: 'rootfs', ref: rootfs.parent.ref, useLatest: rootfs.parent.use_latest, bytes: rootfs.size_mib * MIB, binds: true }]
      : []),
    ...file('code', code),
    ...file('runtime', runtime),
    ...file('data', data),
    ...file('workload', workload),
    ...tree('workload', workload?.hash_tree),
    ...(volumes ?? []).flatMap((volume, index): VmReference[] => {
      const name = (volume as { name?: string | null }).name ?? `volume ${index}`;
      if (volume.ref !== undefined) {
        return [{ name, ref: volume.ref, useLatest: volume.use_latest ?? true, bytes: null, binds: true }, ...tree(name, volume.hash_tree)];
      }
      if (volume.parent == null) return [];
      return [{ name, ref: volume.parent.ref, useLatest: volume.parent.use_latest, bytes: (volume.size_mib ?? 0) * MIB, binds: false }];
    }),
  ];
};
