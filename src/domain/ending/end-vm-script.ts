import { createHash } from 'node:crypto';
import { endVmBody } from './end-vm-body.ts';

interface Forget {
  id: string;
  /** The request body, as signed. */
  bytes: string;
}

export interface ScriptOrder {
  /** The item hash of the VM's INSTANCE message. */
  vm: string;
  /** The account whose journal has the VM's published expiry. */
  account: string;
  /** The expiry that the script is armed with, ms. */
  expiresAt: number;
  limitAt: number;
  /** CCN hosts, without a trailing slash. */
  hosts: readonly string[];
  forgets: readonly Forget[];
  /** `guest`: the script runs in the VM itself, checks that it still does, and turns the VM off at the end. */
  where: 'guest' | 'carrier';
}

const url = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~/-]*)?$/;

/** Checks each value that goes into the script, so that a shell takes it for one plain word. Throws where one could be more. */
const checked = ({ vm, account, hosts, forgets, ...order }: ScriptOrder): ScriptOrder => {
  const sound =
    [vm, ...forgets.map(({ id }) => id)].every((hash) => /^[0-9a-f]{64}$/.test(hash)) &&
    /^0x[0-9a-fA-F]{40}$/.test(account) &&
    hosts.length > 0 &&
    hosts.every((host) => url.test(host)) &&
    forgets.length > 0 &&
    forgets.every(({ bytes }) => /^\{[^\n\r]*\}$/.test(bytes));
  if (!sound) throw new Error('an order that cannot be written as a script');
  return { vm, account, hosts, forgets, ...order };
};

const seconds = (ms: number): number => Math.ceil(ms / 1000);

/**
 * A POSIX shell script that ends one VM once its published expiry has passed; it needs a shell, awk, sed and curl or wget. It carries
 * FORGETs signed in advance: whoever reads the script can end this VM, and nothing else. `sh FILE` looks once: exit 0 means not due or
 * done, 75 try again in a minute. `sh FILE check` says what it is armed with.
 */
export const endVmScript = (order: ScriptOrder): string => {
  const { vm, account, expiresAt, limitAt, hosts, forgets, where } = checked(order);
  const messages = forgets.map(({ id, bytes }) => `${id}) cat <<'END_OF_MESSAGE'\n${bytes}\nEND_OF_MESSAGE\n;;`);
  return `#!/bin/sh
# Ends one VM on Aleph Cloud once its published expiry has passed. Made by aleph-agent. It holds no key, but whoever reads it can
# end this VM at any time: it carries FORGET messages for it, signed in advance.
set -u
umask 077
LC_ALL=C
export LC_ALL
vm=${vm}
account=${account}
expires=${seconds(expiresAt)}
limit=${seconds(limitAt)}
hosts='${hosts.join(' ')}'
forgets='${forgets.map(({ id }) => id).join(' ')}'
where=${where}

forget() {
case $1 in
${messages.join('\n')}
esac
}
${endVmBody}`;
};

/** SHA-256 of a script, as its `check` prints it and the ledger keeps it, so that the two can be compared. */
export const scriptDigest = (script: string): string => createHash('sha256').update(script, 'utf8').digest('hex');
