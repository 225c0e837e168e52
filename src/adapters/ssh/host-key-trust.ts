import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { HostKeyTrust, ShownHostKeys } from '../../ports/shell.ts';
import { type Pin, pinShown, pinsOf } from './pinned-host.ts';

export const hostKeyTrust = (folder: string, vm: string, files: PrivateFiles): HostKeyTrust | null => {
  const pins = pinsOf(folder, vm, files);
  return pins.length === 0 ? null : pins.some(({ shown }) => shown) ? 'console' : 'firstUse';
};

/** As `Shell.confirmHostKeys` says. Fingerprints alone confirm what is pinned, and pin nothing. */
export const confirmHostKeys = (folder: string, vm: string, shown: ShownHostKeys, files: PrivateFiles): HostKeyTrust | null => {
  const pins = pinsOf(folder, vm, files);
  if (pins.some((pin) => contradicts(pin, shown))) throw changed(vm);
  if (pins.some((pin) => agrees(pin, shown)) || (pins.length === 0 && shown.keys.length > 0)) {
    pinShown(folder, vm, shown.keys.length > 0 ? shown.keys : pins.filter((pin) => agrees(pin, shown)), files);
  }
  return hostKeyTrust(folder, vm, files);
};

const fingerprint = ({ key }: Pin): string => createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');

const agrees = (pin: Pin, { keys, fingerprints }: ShownHostKeys): boolean =>
  keys.some(({ key }) => key === pin.key) || fingerprints.some(({ sha256 }) => sha256 === fingerprint(pin));

/** Of the same type, and another. A log that names other types only says nothing about this one. */
const contradicts = (pin: Pin, shown: ShownHostKeys): boolean =>
  !agrees(pin, shown) && [...shown.keys, ...shown.fingerprints].some(({ type }) => type === pin.type);

const changed = (vm: string): Failure =>
  new Failure(
    'HOST_KEY_CHANGED',
    `The console log of VM ${shortId(vm)} shows another SSH host key than the one pinned at first contact: another machine may have answered.`,
    {
      sideEffects: 'none',
      facts: { vm, reason: 'consoleShowsAnother' },
      fix: human('Trust nothing that was sent there; destroy the VM and create another.'),
    },
  );
