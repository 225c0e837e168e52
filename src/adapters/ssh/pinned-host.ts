import { join } from 'node:path';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

/** The VM's own known_hosts, relative to our ssh folder: CRNs give the same host and port to one VM after another (XA-18, A-096). */
export const knownHostsFile = (vm: string): string => `known_hosts/${vm}`;

export interface Pin {
  type: string;
  key: string;
  /** The node's console log shows it: a word at the end of the line, where known_hosts has its comment. */
  shown: boolean;
}

const shownMark = 'console';

/** The host keys pinned for this VM, as OpenSSH writes them; the library's client and the system's ssh share one file. */
export const pinsOf = (folder: string, vm: string, files: PrivateFiles): Pin[] =>
  new TextDecoder()
    .decode(files.read(join(folder, knownHostsFile(vm)))?.bytes)
    .split('\n')
    .flatMap((line) => {
      const [host, type, key, mark] = line.trim().split(/\s+/);
      return host === vm && type !== undefined && key !== undefined ? [{ type, key, shown: mark === shownMark }] : [];
    });

export const pinShown = (folder: string, vm: string, keys: readonly { type: string; key: string }[], files: PrivateFiles): void =>
  files.replace(join(folder, knownHostsFile(vm)), keys.map(({ type, key }) => `${vm} ${type} ${key} ${shownMark}\n`).join(''));

/** Is this the host key that was pinned? On first contact it is pinned, whoever of several comes first. */
export const acceptHostKey = (folder: string, vm: string, key: Uint8Array, files: PrivateFiles): boolean => {
  const line = lineOf(key);
  if (pinsOf(folder, vm, files).length === 0) {
    const path = join(folder, knownHostsFile(vm));
    const text = `${vm} ${line.type} ${line.key}\n`;
    if (!files.create(path, text) && pinsOf(folder, vm, files).length === 0) files.replace(path, text);
  }
  return isPinned(pinsOf(folder, vm, files), key);
};

export const isPinned = (pins: readonly Pin[], key: Uint8Array): boolean => {
  const line = lineOf(key);
  return pins.some((pin) => pin.type === line.type && pin.key === line.key);
};

const lineOf = (key: Uint8Array): Pick<Pin, 'type' | 'key'> => ({ type: keyType(key), key: Buffer.from(key).toString('base64') });

/** A host key's blob starts with its type: length, then ASCII (RFC 4253 §6.6). */
const keyType = (key: Uint8Array): string => {
  const blob = Buffer.from(key);
  return blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('ascii');
};
