/** What a node needs of an INSTANCE's content. Sizes in MiB. */
export interface InstanceSpec {
  owner: string;
  vcpus: number;
  memoryMib: number;
  diskMib: number;
  image: string;
  volumes: { mount: string; sizeMib: number }[];
  authorizedKeys: string[];
  nodeHash: string | null;
  paymentType: string;
  gpuDevices: string[];
  confidential: boolean;
  /** The message names terms of the node. */
  terms: boolean;
}

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown, otherwise: number): number => (Number.isFinite(Number(value ?? Number.NaN)) ? Number(value) : otherwise);
const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** Reads content that the network accepted; defaults as in protocol-ccn.md section 3. */
export const readInstance = (content: Record<string, unknown>): InstanceSpec => {
  const resources = fields(content['resources']);
  const rootfs = fields(content['rootfs']);
  const requirements = fields(content['requirements']);
  const { node_hash: nodeHash, terms_and_conditions: terms } = fields(requirements['node']);
  return {
    owner: text(content['address'], ''),
    vcpus: number(resources['vcpus'], 1),
    memoryMib: number(resources['memory'], 128),
    diskMib: number(rootfs['size_mib'], 0),
    image: text(fields(rootfs['parent'])['ref'], ''),
    volumes: list(content['volumes'])
      .map(fields)
      .filter((volume) => volume['size_mib'] !== undefined)
      .map((volume) => ({ mount: text(volume['mount'], ''), sizeMib: number(volume['size_mib'], 0) })),
    authorizedKeys: list(content['authorized_keys']).filter((key): key is string => typeof key === 'string'),
    nodeHash: typeof nodeHash === 'string' ? nodeHash : null,
    paymentType: text(fields(content['payment'])['type'], 'hold'),
    gpuDevices: list(requirements['gpu']).map((gpu) => text(fields(gpu)['device_id'], '')),
    confidential:
      typeof fields(content['environment'])['trusted_execution'] === 'object' &&
      fields(content['environment'])['trusted_execution'] !== null,
    terms: typeof terms === 'string',
  };
};

/** Disk that a VM is promised: root file system and sized volumes. */
export const promisedDisk = (spec: InstanceSpec): number => spec.diskMib + spec.volumes.reduce((sum, volume) => sum + volume.sizeMib, 0);
